#compdef trailwarden

autoload -U is-at-least

_trailwarden() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_trailwarden_commands" \
"*::: :->trailwarden" \
&& ret=0
    case $state in
    (trailwarden)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trailwarden-command-$line[1]:"
        case $line[1] in
            (replay)
_arguments "${_arguments_options[@]}" : \
'--format=[How to write findings \[default\: table on a terminal, jsonl otherwise\]]:FORMAT:((table\:"For people"
jsonl\:"One finding a line, in its final state, ordered by first_seen then id"
asff\:"One finding a line in the AWS Security Finding Format, as its own account would import it"
ocsf\:"One finding a line as an OCSF Detection Finding"
html\:"A page for people, one file that fetches nothing and runs nothing"))' \
'--since=[Judge only from TIME on; what comes before is learned from]:TIME:_default' \
'--until=[Judge only what comes before TIME; the rest is left alone]:TIME:_default' \
'(--learn-until)--learn=[Learn in silence over the first DAYS of the data \[default\: judge from the first record\]]:DAYS:_default' \
'--learn-until=[Learn in silence until TIME (RFC 3339, or a date, UTC)]:TIME:_default' \
'--baseline=[Load what was learned from FILE, and keep it there]:FILE:_files' \
'--config=[The settings, the same file a deployment uses (TOML)]:FILE:_files' \
'--expected=[Expected changes, one JSON object a line\: who, what, target, from, until, by, reference]:FILE:_files' \
'*--authorization-details=[An account'\''s IAM snapshot (aws iam get-account-authorization-details), for privilege; may be repeated]:FILE:_files' \
'--networks=[A newer address table than the one shipped]:FILE:_files' \
'--coverage=[Which records are judged]:COVERAGE:((catalog\:"What a deployment would receive\: the catalog'\''s calls"
wide\:"Every record"))' \
'--jobs=[How many files are read at once \[default\: one for each core\]]:N:_default' \
'--min-severity=[Write findings of severity S and above \[default\: medium in a table, informational otherwise\]]:S:_default' \
'--fail-on=[Exit with status 1 if there is a finding of severity S or above]:S:_default' \
'--notices=[Write each notice a deployment would have sent to FILE, in the order they would have come, one a line]:FILE:_files' \
'-o+[Write findings to FILE instead of standard output]:FILE:_files' \
'--output=[Write findings to FILE instead of standard output]:FILE:_files' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::paths -- Files and directories\: .json, .jsonl, .ndjson, each also .gz; `-` for standard input:_files' \
&& ret=0
;;
(report)
_arguments "${_arguments_options[@]}" : \
'--stack=[The stack'\''s name]:NAME:_default' \
'--region=[The region it is deployed in; else what the environment or the profile says]:REGION:_default' \
'--profile=[A profile of the AWS configuration, for credentials and region]:NAME:_default' \
'--since=[Only from TIME on (RFC 3339, or a date, UTC)\: logs before it are learned from]:TIME:_default' \
'--until=[Only before TIME]:TIME:_default' \
'(--learn-until)--learn=[Learn in silence over the first DAYS of the data \[default\: judge from the first record\]]:DAYS:_default' \
'--learn-until=[Learn in silence until TIME (RFC 3339, or a date, UTC)]:TIME:_default' \
'--baseline=[Load what was learned from FILE, and keep it there]:FILE:_files' \
'--config=[The settings, the same file a deployment uses (TOML)]:FILE:_files' \
'--expected=[Expected changes, one JSON object a line\: who, what, target, from, until, by, reference]:FILE:_files' \
'*--authorization-details=[An account'\''s IAM snapshot (aws iam get-account-authorization-details), for privilege; may be repeated]:FILE:_files' \
'--networks=[A newer address table than the one shipped]:FILE:_files' \
'--coverage=[Which records are judged]:COVERAGE:((catalog\:"What a deployment would receive\: the catalog'\''s calls"
wide\:"Every record"))' \
'--jobs=[How many files are read at once \[default\: one for each core\]]:N:_default' \
'--min-severity=[Show findings of severity S and above, and count the rest \[default\: informational\]]:S:_default' \
'--fail-on=[Exit with status 1 if there is a finding of severity S or above]:S:_default' \
'-o+[Write the page to FILE; \`-\` for standard output]:FILE:_files' \
'--output=[Write the page to FILE; \`-\` for standard output]:FILE:_files' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::paths -- Files and directories\: .json, .jsonl, .ndjson, each also .gz; `-` for standard input:_files' \
&& ret=0
;;
(ledger)
_arguments "${_arguments_options[@]}" : \
'--stack=[The stack'\''s name]:NAME:_default' \
'--region=[The region it is deployed in; else what the environment or the profile says]:REGION:_default' \
'--profile=[A profile of the AWS configuration, for credentials and region]:NAME:_default' \
'--format=[How to write facts \[default\: table on a terminal, jsonl otherwise\]]:FORMAT:((table\:"For people, day by day"
jsonl\:"One fact a line"
csv\:"One fact a row, for a spreadsheet; no cell is a formula"))' \
'*--kind=[Only facts of this kind; may be repeated]:KIND:((credential-added\:"A credential added, changed or removed"
secret-read\:"A secret read, or asked for"
sign-in\:"A sign-in, or an attempt"
session-opened\:"A role put on, a token issued"))' \
'*--identity=[Only what this identity did, or was done to it\: name, ARN, key, or the role worn]:NAME:_default' \
'*--secret=[Only reads of this secret or parameter; a read of a whole path goes by the path]:NAME:_default' \
'*--credential=[Only what this credential is part of\: added or removed, used to call, or issued]:ID:_default' \
'*--ip=[Only what came from this address or network (203.0.113.7, 203.0.113.0/24)]:IP:_default' \
'*--session=[Only what was done in, or opened, a session of this name]:NAME:_default' \
'--since=[Only facts from TIME on (RFC 3339, or a date, UTC); of a deployment, those of seven days unless you say so]:TIME:_default' \
'--until=[Only facts before TIME]:TIME:_default' \
'--expected=[Expected changes, one JSON object a line\: who, what, target, from, until, by, reference]:FILE:_files' \
'--networks=[A newer address table than the one shipped]:FILE:_files' \
'--coverage=[Which records are read]:COVERAGE:((catalog\:"What a deployment would receive\: the catalog'\''s calls"
wide\:"Every record"))' \
'--jobs=[How many files are read at once \[default\: one for each core\]]:N:_default' \
'-o+[Write facts to FILE instead of standard output]:FILE:_files' \
'--output=[Write facts to FILE instead of standard output]:FILE:_files' \
'--every[In a table, show each single read and session]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::paths -- Files and directories\: .json, .jsonl, .ndjson, each also .gz; `-` for standard input:_files' \
&& ret=0
;;
(backfill)
_arguments "${_arguments_options[@]}" : \
'--stack=[The stack'\''s name]:NAME:_default' \
'--region=[The region it is deployed in; else what the environment or the profile says]:REGION:_default' \
'--profile=[A profile of the AWS configuration, for credentials and region]:NAME:_default' \
'--since=[Learn only from TIME on (RFC 3339, or a date, UTC)]:TIME:_default' \
'--until=[Learn only from what comes before TIME]:TIME:_default' \
'--config=[The settings the deployment uses, where memory.quarantine is not the default (TOML)]:FILE:_files' \
'--networks=[A newer address table than the one shipped; the one the deployment uses]:FILE:_files' \
'--jobs=[How many files are read at once \[default\: one for each core\]]:N:_default' \
'--rate=[How many write units a second the table is to be given; fewer where it cannot take them]:UNITS:_default' \
'--work=[Where to keep what was learned, and how far it was sent, until all of it arrived \[default\: trailwarden-backfill-STACK.work, here\]]:FILE:_files' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::paths -- Files and directories\: .json, .jsonl, .ndjson, each also .gz:_files' \
&& ret=0
;;
(redrive)
_arguments "${_arguments_options[@]}" : \
'--stack=[The stack'\''s name]:NAME:_default' \
'--region=[The region it is deployed in; else what the environment or the profile says]:REGION:_default' \
'--profile=[A profile of the AWS configuration, for credentials and region]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(doctor)
_arguments "${_arguments_options[@]}" : \
'--stack=[The stack'\''s name]:NAME:_default' \
'--region=[The region it is deployed in; else what the environment or the profile says]:REGION:_default' \
'--profile=[A profile of the AWS configuration, for credentials and region]:NAME:_default' \
'*--trail=[Look for events that the trail'\''s own files have, instead of at what should carry them]:PATH:_files' \
'--since=[Of the trail'\''s files, leave out what happened before TIME]:TIME:_default' \
'--until=[Of the trail'\''s files, leave out what happened from TIME on]:TIME:_default' \
'--of-each=[How many events are looked for of each account, region and path]:N:_default' \
'--format=[How to write it \[default\: table on a terminal, json otherwise\]]:FORMAT:((table\:"For people"
json\:"One JSON document"))' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(ack)
_arguments "${_arguments_options[@]}" : \
'--by=[Who decided]:NAME:_default' \
'--note=[Why it was legitimate; it is shown wherever the same comes again]:TEXT:_default' \
'--stack=[The stack'\''s name]:NAME:_default' \
'--region=[The region it is deployed in; else what the environment or the profile says]:REGION:_default' \
'--profile=[A profile of the AWS configuration, for credentials and region]:NAME:_default' \
'--take-back[Take back what was decided before\: the finding is open again, and the same is told when it comes again]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
':finding -- The finding'\''s id, whole\: tw- and twenty characters:_default' \
&& ret=0
;;
(expect)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_trailwarden__subcmd__expect_commands" \
"*::: :->expect" \
&& ret=0

    case $state in
    (expect)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trailwarden-expect-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
'--who=[Who will do it\: a name, ARN or key]:NAME:_default' \
'--target=[To whom or what\: a name or key]:NAME:_default' \
'--what=[What\: a finding'\''s type, or its beginning (credential-added)]:TYPE:_default' \
'--until=[Until when, ninety days ahead at most (RFC 3339, or a date, UTC)]:TIME:_default' \
'--by=[Who says so]:NAME:_default' \
'--reference=[The ticket or change it belongs to]:TEXT:_default' \
'--stack=[The stack'\''s name]:NAME:_default' \
'--region=[The region it is deployed in; else what the environment or the profile says]:REGION:_default' \
'--profile=[A profile of the AWS configuration, for credentials and region]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'--format=[How to write them \[default\: table on a terminal, jsonl otherwise\]]:FORMAT:((table\:"For people"
jsonl\:"One a line"))' \
'--stack=[The stack'\''s name]:NAME:_default' \
'--region=[The region it is deployed in; else what the environment or the profile says]:REGION:_default' \
'--profile=[A profile of the AWS configuration, for credentials and region]:NAME:_default' \
'--all[Show also what is over or was taken back, as long as the ledger keeps it]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(revoke)
_arguments "${_arguments_options[@]}" : \
'--by=[Who takes it back]:NAME:_default' \
'--stack=[The stack'\''s name]:NAME:_default' \
'--region=[The region it is deployed in; else what the environment or the profile says]:REGION:_default' \
'--profile=[A profile of the AWS configuration, for credentials and region]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
':id -- Its id, as `list` shows it:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_trailwarden__subcmd__expect__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trailwarden-expect-help-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(revoke)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(suppress)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_trailwarden__subcmd__suppress_commands" \
"*::: :->suppress" \
&& ret=0

    case $state in
    (suppress)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trailwarden-suppress-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
'--who=[Findings about this identity'\''s acts\: its name, ARN or key]:NAME:_default' \
'--target=[Findings about what is done to this\: its name or key]:NAME:_default' \
'--account=[Findings about what is done in this account]:ID:_default' \
'--what=[Findings of this type only, or of a type that begins with it (credential-added)]:TYPE:_default' \
'--up-to=[Findings up to this severity; what is graver is told all the same]:S:_default' \
'--until=[Until when, 366 days ahead at most (RFC 3339, or a date, UTC)]:TIME:_default' \
'--reason=[Why nobody needs to hear of it]:TEXT:_default' \
'--by=[Who says so]:NAME:_default' \
'--stack=[The stack'\''s name]:NAME:_default' \
'--region=[The region it is deployed in; else what the environment or the profile says]:REGION:_default' \
'--profile=[A profile of the AWS configuration, for credentials and region]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'--format=[How to write them \[default\: table on a terminal, jsonl otherwise\]]:FORMAT:((table\:"For people"
jsonl\:"One a line"))' \
'--stack=[The stack'\''s name]:NAME:_default' \
'--region=[The region it is deployed in; else what the environment or the profile says]:REGION:_default' \
'--profile=[A profile of the AWS configuration, for credentials and region]:NAME:_default' \
'--all[Show also what is over or was taken back, as long as the ledger keeps it]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--by=[Who takes it back]:NAME:_default' \
'--stack=[The stack'\''s name]:NAME:_default' \
'--region=[The region it is deployed in; else what the environment or the profile says]:REGION:_default' \
'--profile=[A profile of the AWS configuration, for credentials and region]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
':id -- Its id, as `list` shows it:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_trailwarden__subcmd__suppress__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trailwarden-suppress-help-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(explain)
_arguments "${_arguments_options[@]}" : \
'-i+[Where findings are\: what \`replay --format jsonl\` wrote; \`-\` for standard input]:FILE:_files' \
'--findings=[Where findings are\: what \`replay --format jsonl\` wrote; \`-\` for standard input]:FILE:_files' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
':finding -- The finding'\''s id, or an unambiguous beginning of it:_default' \
&& ret=0
;;
(detectors)
_arguments "${_arguments_options[@]}" : \
'--format=[How to write the catalog \[default\: table on a terminal, jsonl otherwise\]]:FORMAT:((table\:"For people"
jsonl\:"One detector a line"))' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::id -- Show one detector'\''s whole page, by its id:_default' \
&& ret=0
;;
(generate)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
':folder -- The folder to write into:_files -/' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_trailwarden__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trailwarden-help-command-$line[1]:"
        case $line[1] in
            (replay)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(report)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(ledger)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(backfill)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(redrive)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(doctor)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(ack)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(expect)
_arguments "${_arguments_options[@]}" : \
":: :_trailwarden__subcmd__help__subcmd__expect_commands" \
"*::: :->expect" \
&& ret=0

    case $state in
    (expect)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trailwarden-help-expect-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(revoke)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(suppress)
_arguments "${_arguments_options[@]}" : \
":: :_trailwarden__subcmd__help__subcmd__suppress_commands" \
"*::: :->suppress" \
&& ret=0

    case $state in
    (suppress)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trailwarden-help-suppress-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(explain)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(detectors)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(generate)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
}

(( $+functions[_trailwarden_commands] )) ||
_trailwarden_commands() {
    local commands; commands=(
'replay:Detect over logs\: files, directories, or standard input' \
'report:Write a page for people\: what deserves one now, why, and what to do, of logs or of a deployment' \
'ledger:List who added which credential, read which secret, signed in, and whether it was expected' \
'backfill:Seed a deployment'\''s memory from logs, so that it knows what is usual on its first day' \
'redrive:Try again what waits in a deployment'\''s failure queues\: now, and not within the hour' \
'doctor:Look what a deployment sees of each account and region, and what it does not see, and why' \
'ack:Say that a finding was legitimate\: it is suppressed, and the same is expected to come again' \
'expect:Say that a change is to be expected, show what is, or take it back' \
'suppress:Silence findings of a scope, for a reason and a while; show what is silenced, or hear of it again' \
'explain:Explain one finding in words\: its evidence, what was usual, its timeline' \
'detectors:Show the catalog\: what each detector finds, its settings, its blind spots' \
'generate:Write the man page, completions, JSON Schema and documents made from code' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trailwarden commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__ack_commands] )) ||
_trailwarden__subcmd__ack_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden ack commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__backfill_commands] )) ||
_trailwarden__subcmd__backfill_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden backfill commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__detectors_commands] )) ||
_trailwarden__subcmd__detectors_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden detectors commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__doctor_commands] )) ||
_trailwarden__subcmd__doctor_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden doctor commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__expect_commands] )) ||
_trailwarden__subcmd__expect_commands() {
    local commands; commands=(
'add:Say that a change will come\: what it covers is lowered, and says so' \
'list:Show what is expected\: what was said by command and by event; tags and answers are not among it' \
'revoke:Take back what was said, before its end\: from now on it covers nothing' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trailwarden expect commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__expect__subcmd__add_commands] )) ||
_trailwarden__subcmd__expect__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden expect add commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__expect__subcmd__help_commands] )) ||
_trailwarden__subcmd__expect__subcmd__help_commands() {
    local commands; commands=(
'add:Say that a change will come\: what it covers is lowered, and says so' \
'list:Show what is expected\: what was said by command and by event; tags and answers are not among it' \
'revoke:Take back what was said, before its end\: from now on it covers nothing' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trailwarden expect help commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__expect__subcmd__help__subcmd__add_commands] )) ||
_trailwarden__subcmd__expect__subcmd__help__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden expect help add commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__expect__subcmd__help__subcmd__help_commands] )) ||
_trailwarden__subcmd__expect__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden expect help help commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__expect__subcmd__help__subcmd__list_commands] )) ||
_trailwarden__subcmd__expect__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden expect help list commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__expect__subcmd__help__subcmd__revoke_commands] )) ||
_trailwarden__subcmd__expect__subcmd__help__subcmd__revoke_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden expect help revoke commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__expect__subcmd__list_commands] )) ||
_trailwarden__subcmd__expect__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden expect list commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__expect__subcmd__revoke_commands] )) ||
_trailwarden__subcmd__expect__subcmd__revoke_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden expect revoke commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__explain_commands] )) ||
_trailwarden__subcmd__explain_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden explain commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__generate_commands] )) ||
_trailwarden__subcmd__generate_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden generate commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help_commands] )) ||
_trailwarden__subcmd__help_commands() {
    local commands; commands=(
'replay:Detect over logs\: files, directories, or standard input' \
'report:Write a page for people\: what deserves one now, why, and what to do, of logs or of a deployment' \
'ledger:List who added which credential, read which secret, signed in, and whether it was expected' \
'backfill:Seed a deployment'\''s memory from logs, so that it knows what is usual on its first day' \
'redrive:Try again what waits in a deployment'\''s failure queues\: now, and not within the hour' \
'doctor:Look what a deployment sees of each account and region, and what it does not see, and why' \
'ack:Say that a finding was legitimate\: it is suppressed, and the same is expected to come again' \
'expect:Say that a change is to be expected, show what is, or take it back' \
'suppress:Silence findings of a scope, for a reason and a while; show what is silenced, or hear of it again' \
'explain:Explain one finding in words\: its evidence, what was usual, its timeline' \
'detectors:Show the catalog\: what each detector finds, its settings, its blind spots' \
'generate:Write the man page, completions, JSON Schema and documents made from code' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trailwarden help commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__ack_commands] )) ||
_trailwarden__subcmd__help__subcmd__ack_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help ack commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__backfill_commands] )) ||
_trailwarden__subcmd__help__subcmd__backfill_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help backfill commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__detectors_commands] )) ||
_trailwarden__subcmd__help__subcmd__detectors_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help detectors commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__doctor_commands] )) ||
_trailwarden__subcmd__help__subcmd__doctor_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help doctor commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__expect_commands] )) ||
_trailwarden__subcmd__help__subcmd__expect_commands() {
    local commands; commands=(
'add:Say that a change will come\: what it covers is lowered, and says so' \
'list:Show what is expected\: what was said by command and by event; tags and answers are not among it' \
'revoke:Take back what was said, before its end\: from now on it covers nothing' \
    )
    _describe -t commands 'trailwarden help expect commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__expect__subcmd__add_commands] )) ||
_trailwarden__subcmd__help__subcmd__expect__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help expect add commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__expect__subcmd__list_commands] )) ||
_trailwarden__subcmd__help__subcmd__expect__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help expect list commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__expect__subcmd__revoke_commands] )) ||
_trailwarden__subcmd__help__subcmd__expect__subcmd__revoke_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help expect revoke commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__explain_commands] )) ||
_trailwarden__subcmd__help__subcmd__explain_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help explain commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__generate_commands] )) ||
_trailwarden__subcmd__help__subcmd__generate_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help generate commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__help_commands] )) ||
_trailwarden__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help help commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__ledger_commands] )) ||
_trailwarden__subcmd__help__subcmd__ledger_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help ledger commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__redrive_commands] )) ||
_trailwarden__subcmd__help__subcmd__redrive_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help redrive commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__replay_commands] )) ||
_trailwarden__subcmd__help__subcmd__replay_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help replay commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__report_commands] )) ||
_trailwarden__subcmd__help__subcmd__report_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help report commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__suppress_commands] )) ||
_trailwarden__subcmd__help__subcmd__suppress_commands() {
    local commands; commands=(
'add:Silence findings\: they are kept, rated as ever and marked SUPPRESSED, and nobody is told of them' \
'list:Show what is silenced, by whom, why and until when' \
'remove:Hear of it again\: what comes from now on is told' \
    )
    _describe -t commands 'trailwarden help suppress commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__suppress__subcmd__add_commands] )) ||
_trailwarden__subcmd__help__subcmd__suppress__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help suppress add commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__suppress__subcmd__list_commands] )) ||
_trailwarden__subcmd__help__subcmd__suppress__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help suppress list commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__help__subcmd__suppress__subcmd__remove_commands] )) ||
_trailwarden__subcmd__help__subcmd__suppress__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden help suppress remove commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__ledger_commands] )) ||
_trailwarden__subcmd__ledger_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden ledger commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__redrive_commands] )) ||
_trailwarden__subcmd__redrive_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden redrive commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__replay_commands] )) ||
_trailwarden__subcmd__replay_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden replay commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__report_commands] )) ||
_trailwarden__subcmd__report_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden report commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__suppress_commands] )) ||
_trailwarden__subcmd__suppress_commands() {
    local commands; commands=(
'add:Silence findings\: they are kept, rated as ever and marked SUPPRESSED, and nobody is told of them' \
'list:Show what is silenced, by whom, why and until when' \
'remove:Hear of it again\: what comes from now on is told' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trailwarden suppress commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__suppress__subcmd__add_commands] )) ||
_trailwarden__subcmd__suppress__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden suppress add commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__suppress__subcmd__help_commands] )) ||
_trailwarden__subcmd__suppress__subcmd__help_commands() {
    local commands; commands=(
'add:Silence findings\: they are kept, rated as ever and marked SUPPRESSED, and nobody is told of them' \
'list:Show what is silenced, by whom, why and until when' \
'remove:Hear of it again\: what comes from now on is told' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trailwarden suppress help commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__suppress__subcmd__help__subcmd__add_commands] )) ||
_trailwarden__subcmd__suppress__subcmd__help__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden suppress help add commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__suppress__subcmd__help__subcmd__help_commands] )) ||
_trailwarden__subcmd__suppress__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden suppress help help commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__suppress__subcmd__help__subcmd__list_commands] )) ||
_trailwarden__subcmd__suppress__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden suppress help list commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__suppress__subcmd__help__subcmd__remove_commands] )) ||
_trailwarden__subcmd__suppress__subcmd__help__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden suppress help remove commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__suppress__subcmd__list_commands] )) ||
_trailwarden__subcmd__suppress__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden suppress list commands' commands "$@"
}
(( $+functions[_trailwarden__subcmd__suppress__subcmd__remove_commands] )) ||
_trailwarden__subcmd__suppress__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'trailwarden suppress remove commands' commands "$@"
}

if [ "$funcstack[1]" = "_trailwarden" ]; then
    _trailwarden "$@"
else
    compdef _trailwarden trailwarden
fi

# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_trailwarden_global_optspecs
    string join \n h/help V/version
end

function __fish_trailwarden_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_trailwarden_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_trailwarden_using_subcommand
    set -l cmd (__fish_trailwarden_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c trailwarden -n "__fish_trailwarden_needs_command" -s h -l help -d 'Print help'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "replay" -d 'Detect over logs: files, directories, or standard input'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "report" -d 'Write a page for people: what deserves one now, why, and what to do, of logs or of a deployment'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "ledger" -d 'List who added which credential, read which secret, signed in, and whether it was expected'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "backfill" -d 'Seed a deployment\'s memory from logs, so that it knows what is usual on its first day'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "redrive" -d 'Try again what waits in a deployment\'s failure queues: now, and not within the hour'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "doctor" -d 'Look what a deployment sees of each account and region, and what it does not see, and why'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "ack" -d 'Say that a finding was legitimate: it is suppressed, and the same is expected to come again'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "expect" -d 'Say that a change is to be expected, show what is, or take it back'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "suppress" -d 'Silence findings of a scope, for a reason and a while; show what is silenced, or hear of it again'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "explain" -d 'Explain one finding in words: its evidence, what was usual, its timeline'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "detectors" -d 'Show the catalog: what each detector finds, its settings, its blind spots'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "generate" -d 'Write the man page, completions, JSON Schema and documents made from code'
complete -c trailwarden -n "__fish_trailwarden_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l format -d 'How to write findings [default: table on a terminal, jsonl otherwise]' -r -f -a "table\t'For people'
jsonl\t'One finding a line, in its final state, ordered by first_seen then id'
asff\t'One finding a line in the AWS Security Finding Format, as its own account would import it'
ocsf\t'One finding a line as an OCSF Detection Finding'
html\t'A page for people, one file that fetches nothing and runs nothing'"
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l since -d 'Judge only from TIME on; what comes before is learned from' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l until -d 'Judge only what comes before TIME; the rest is left alone' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l learn -d 'Learn in silence over the first DAYS of the data [default: judge from the first record]' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l learn-until -d 'Learn in silence until TIME (RFC 3339, or a date, UTC)' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l baseline -d 'Load what was learned from FILE, and keep it there' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l config -d 'The settings, the same file a deployment uses (TOML)' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l expected -d 'Expected changes, one JSON object a line: who, what, target, from, until, by, reference' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l authorization-details -d 'An account\'s IAM snapshot (aws iam get-account-authorization-details), for privilege; may be repeated' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l networks -d 'A newer address table than the one shipped' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l coverage -d 'Which records are judged' -r -f -a "catalog\t'What a deployment would receive: the catalog\'s calls'
wide\t'Every record'"
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l jobs -d 'How many files are read at once [default: one for each core]' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l min-severity -d 'Write findings of severity S and above [default: medium in a table, informational otherwise]' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l fail-on -d 'Exit with status 1 if there is a finding of severity S or above' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -l notices -d 'Write each notice a deployment would have sent to FILE, in the order they would have come, one a line' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -s o -l output -d 'Write findings to FILE instead of standard output' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand replay" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l stack -d 'The stack\'s name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l region -d 'The region it is deployed in; else what the environment or the profile says' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l profile -d 'A profile of the AWS configuration, for credentials and region' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l since -d 'Only from TIME on (RFC 3339, or a date, UTC): logs before it are learned from' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l until -d 'Only before TIME' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l learn -d 'Learn in silence over the first DAYS of the data [default: judge from the first record]' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l learn-until -d 'Learn in silence until TIME (RFC 3339, or a date, UTC)' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l baseline -d 'Load what was learned from FILE, and keep it there' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l config -d 'The settings, the same file a deployment uses (TOML)' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l expected -d 'Expected changes, one JSON object a line: who, what, target, from, until, by, reference' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l authorization-details -d 'An account\'s IAM snapshot (aws iam get-account-authorization-details), for privilege; may be repeated' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l networks -d 'A newer address table than the one shipped' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l coverage -d 'Which records are judged' -r -f -a "catalog\t'What a deployment would receive: the catalog\'s calls'
wide\t'Every record'"
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l jobs -d 'How many files are read at once [default: one for each core]' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l min-severity -d 'Show findings of severity S and above, and count the rest [default: informational]' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -l fail-on -d 'Exit with status 1 if there is a finding of severity S or above' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -s o -l output -d 'Write the page to FILE; `-` for standard output' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand report" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l stack -d 'The stack\'s name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l region -d 'The region it is deployed in; else what the environment or the profile says' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l profile -d 'A profile of the AWS configuration, for credentials and region' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l format -d 'How to write facts [default: table on a terminal, jsonl otherwise]' -r -f -a "table\t'For people, day by day'
jsonl\t'One fact a line'
csv\t'One fact a row, for a spreadsheet; no cell is a formula'"
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l kind -d 'Only facts of this kind; may be repeated' -r -f -a "credential-added\t'A credential added, changed or removed'
secret-read\t'A secret read, or asked for'
sign-in\t'A sign-in, or an attempt'
session-opened\t'A role put on, a token issued'"
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l identity -d 'Only what this identity did, or was done to it: name, ARN, key, or the role worn' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l secret -d 'Only reads of this secret or parameter; a read of a whole path goes by the path' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l credential -d 'Only what this credential is part of: added or removed, used to call, or issued' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l ip -d 'Only what came from this address or network (203.0.113.7, 203.0.113.0/24)' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l session -d 'Only what was done in, or opened, a session of this name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l since -d 'Only facts from TIME on (RFC 3339, or a date, UTC); of a deployment, those of seven days unless you say so' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l until -d 'Only facts before TIME' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l expected -d 'Expected changes, one JSON object a line: who, what, target, from, until, by, reference' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l networks -d 'A newer address table than the one shipped' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l coverage -d 'Which records are read' -r -f -a "catalog\t'What a deployment would receive: the catalog\'s calls'
wide\t'Every record'"
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l jobs -d 'How many files are read at once [default: one for each core]' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -s o -l output -d 'Write facts to FILE instead of standard output' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -l every -d 'In a table, show each single read and session'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ledger" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand backfill" -l stack -d 'The stack\'s name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand backfill" -l region -d 'The region it is deployed in; else what the environment or the profile says' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand backfill" -l profile -d 'A profile of the AWS configuration, for credentials and region' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand backfill" -l since -d 'Learn only from TIME on (RFC 3339, or a date, UTC)' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand backfill" -l until -d 'Learn only from what comes before TIME' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand backfill" -l config -d 'The settings the deployment uses, where memory.quarantine is not the default (TOML)' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand backfill" -l networks -d 'A newer address table than the one shipped; the one the deployment uses' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand backfill" -l jobs -d 'How many files are read at once [default: one for each core]' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand backfill" -l rate -d 'How many write units a second the table is to be given; fewer where it cannot take them' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand backfill" -l work -d 'Where to keep what was learned, and how far it was sent, until all of it arrived [default: trailwarden-backfill-STACK.work, here]' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand backfill" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand backfill" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand redrive" -l stack -d 'The stack\'s name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand redrive" -l region -d 'The region it is deployed in; else what the environment or the profile says' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand redrive" -l profile -d 'A profile of the AWS configuration, for credentials and region' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand redrive" -s h -l help -d 'Print help'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand redrive" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand doctor" -l stack -d 'The stack\'s name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand doctor" -l region -d 'The region it is deployed in; else what the environment or the profile says' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand doctor" -l profile -d 'A profile of the AWS configuration, for credentials and region' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand doctor" -l trail -d 'Look for events that the trail\'s own files have, instead of at what should carry them' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand doctor" -l since -d 'Of the trail\'s files, leave out what happened before TIME' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand doctor" -l until -d 'Of the trail\'s files, leave out what happened from TIME on' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand doctor" -l of-each -d 'How many events are looked for of each account, region and path' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand doctor" -l format -d 'How to write it [default: table on a terminal, json otherwise]' -r -f -a "table\t'For people'
json\t'One JSON document'"
complete -c trailwarden -n "__fish_trailwarden_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ack" -l by -d 'Who decided' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ack" -l note -d 'Why it was legitimate; it is shown wherever the same comes again' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ack" -l stack -d 'The stack\'s name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ack" -l region -d 'The region it is deployed in; else what the environment or the profile says' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ack" -l profile -d 'A profile of the AWS configuration, for credentials and region' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ack" -l take-back -d 'Take back what was decided before: the finding is open again, and the same is told when it comes again'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ack" -s h -l help -d 'Print help'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand ack" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and not __fish_seen_subcommand_from add list revoke help" -s h -l help -d 'Print help'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and not __fish_seen_subcommand_from add list revoke help" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and not __fish_seen_subcommand_from add list revoke help" -f -a "add" -d 'Say that a change will come: what it covers is lowered, and says so'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and not __fish_seen_subcommand_from add list revoke help" -f -a "list" -d 'Show what is expected: what was said by command and by event; tags and answers are not among it'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and not __fish_seen_subcommand_from add list revoke help" -f -a "revoke" -d 'Take back what was said, before its end: from now on it covers nothing'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and not __fish_seen_subcommand_from add list revoke help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from add" -l who -d 'Who will do it: a name, ARN or key' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from add" -l target -d 'To whom or what: a name or key' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from add" -l what -d 'What: a finding\'s type, or its beginning (credential-added)' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from add" -l until -d 'Until when, ninety days ahead at most (RFC 3339, or a date, UTC)' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from add" -l by -d 'Who says so' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from add" -l reference -d 'The ticket or change it belongs to' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from add" -l stack -d 'The stack\'s name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from add" -l region -d 'The region it is deployed in; else what the environment or the profile says' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from add" -l profile -d 'A profile of the AWS configuration, for credentials and region' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from list" -l format -d 'How to write them [default: table on a terminal, jsonl otherwise]' -r -f -a "table\t'For people'
jsonl\t'One a line'"
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from list" -l stack -d 'The stack\'s name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from list" -l region -d 'The region it is deployed in; else what the environment or the profile says' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from list" -l profile -d 'A profile of the AWS configuration, for credentials and region' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from list" -l all -d 'Show also what is over or was taken back, as long as the ledger keeps it'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from revoke" -l by -d 'Who takes it back' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from revoke" -l stack -d 'The stack\'s name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from revoke" -l region -d 'The region it is deployed in; else what the environment or the profile says' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from revoke" -l profile -d 'A profile of the AWS configuration, for credentials and region' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from revoke" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from help" -f -a "add" -d 'Say that a change will come: what it covers is lowered, and says so'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from help" -f -a "list" -d 'Show what is expected: what was said by command and by event; tags and answers are not among it'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Take back what was said, before its end: from now on it covers nothing'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand expect; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and not __fish_seen_subcommand_from add list remove help" -s h -l help -d 'Print help'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and not __fish_seen_subcommand_from add list remove help" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and not __fish_seen_subcommand_from add list remove help" -f -a "add" -d 'Silence findings: they are kept, rated as ever and marked SUPPRESSED, and nobody is told of them'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and not __fish_seen_subcommand_from add list remove help" -f -a "list" -d 'Show what is silenced, by whom, why and until when'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and not __fish_seen_subcommand_from add list remove help" -f -a "remove" -d 'Hear of it again: what comes from now on is told'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and not __fish_seen_subcommand_from add list remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -l who -d 'Findings about this identity\'s acts: its name, ARN or key' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -l target -d 'Findings about what is done to this: its name or key' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -l account -d 'Findings about what is done in this account' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -l what -d 'Findings of this type only, or of a type that begins with it (credential-added)' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -l up-to -d 'Findings up to this severity; what is graver is told all the same' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -l until -d 'Until when, 366 days ahead at most (RFC 3339, or a date, UTC)' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -l reason -d 'Why nobody needs to hear of it' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -l by -d 'Who says so' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -l stack -d 'The stack\'s name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -l region -d 'The region it is deployed in; else what the environment or the profile says' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -l profile -d 'A profile of the AWS configuration, for credentials and region' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from list" -l format -d 'How to write them [default: table on a terminal, jsonl otherwise]' -r -f -a "table\t'For people'
jsonl\t'One a line'"
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from list" -l stack -d 'The stack\'s name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from list" -l region -d 'The region it is deployed in; else what the environment or the profile says' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from list" -l profile -d 'A profile of the AWS configuration, for credentials and region' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from list" -l all -d 'Show also what is over or was taken back, as long as the ledger keeps it'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from remove" -l by -d 'Who takes it back' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from remove" -l stack -d 'The stack\'s name' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from remove" -l region -d 'The region it is deployed in; else what the environment or the profile says' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from remove" -l profile -d 'A profile of the AWS configuration, for credentials and region' -r
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from remove" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from help" -f -a "add" -d 'Silence findings: they are kept, rated as ever and marked SUPPRESSED, and nobody is told of them'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from help" -f -a "list" -d 'Show what is silenced, by whom, why and until when'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Hear of it again: what comes from now on is told'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand suppress; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand explain" -s i -l findings -d 'Where findings are: what `replay --format jsonl` wrote; `-` for standard input' -r -F
complete -c trailwarden -n "__fish_trailwarden_using_subcommand explain" -s h -l help -d 'Print help'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand explain" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand detectors" -l format -d 'How to write the catalog [default: table on a terminal, jsonl otherwise]' -r -f -a "table\t'For people'
jsonl\t'One detector a line'"
complete -c trailwarden -n "__fish_trailwarden_using_subcommand detectors" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand detectors" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand generate" -s h -l help -d 'Print help'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand generate" -s V -l version -d 'Print version'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "replay" -d 'Detect over logs: files, directories, or standard input'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "report" -d 'Write a page for people: what deserves one now, why, and what to do, of logs or of a deployment'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "ledger" -d 'List who added which credential, read which secret, signed in, and whether it was expected'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "backfill" -d 'Seed a deployment\'s memory from logs, so that it knows what is usual on its first day'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "redrive" -d 'Try again what waits in a deployment\'s failure queues: now, and not within the hour'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "doctor" -d 'Look what a deployment sees of each account and region, and what it does not see, and why'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "ack" -d 'Say that a finding was legitimate: it is suppressed, and the same is expected to come again'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "expect" -d 'Say that a change is to be expected, show what is, or take it back'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "suppress" -d 'Silence findings of a scope, for a reason and a while; show what is silenced, or hear of it again'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "explain" -d 'Explain one finding in words: its evidence, what was usual, its timeline'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "detectors" -d 'Show the catalog: what each detector finds, its settings, its blind spots'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "generate" -d 'Write the man page, completions, JSON Schema and documents made from code'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and not __fish_seen_subcommand_from replay report ledger backfill redrive doctor ack expect suppress explain detectors generate help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and __fish_seen_subcommand_from expect" -f -a "add" -d 'Say that a change will come: what it covers is lowered, and says so'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and __fish_seen_subcommand_from expect" -f -a "list" -d 'Show what is expected: what was said by command and by event; tags and answers are not among it'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and __fish_seen_subcommand_from expect" -f -a "revoke" -d 'Take back what was said, before its end: from now on it covers nothing'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and __fish_seen_subcommand_from suppress" -f -a "add" -d 'Silence findings: they are kept, rated as ever and marked SUPPRESSED, and nobody is told of them'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and __fish_seen_subcommand_from suppress" -f -a "list" -d 'Show what is silenced, by whom, why and until when'
complete -c trailwarden -n "__fish_trailwarden_using_subcommand help; and __fish_seen_subcommand_from suppress" -f -a "remove" -d 'Hear of it again: what comes from now on is told'

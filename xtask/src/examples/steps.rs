//! The steps of the attack, in the order they are taken.

use super::attack::Step;

/// All of them.
pub(super) static ALL: [&Step; 15] = [
    &STOLEN_SESSION,
    &DRIP,
    &LISTING,
    &REFUSED,
    &SWEEP,
    &GUESSING,
    &ENTRY,
    &LOOKING_AROUND,
    &KEY_FOR_ANOTHER,
    &KEY_USED,
    &PASSWORD_FOR_ANOTHER,
    &PRIVILEGE,
    &TRUST_OPENED,
    &BLINDING,
    &WAY_BACK,
];

const fn step(name: &'static str, technique: &'static str, tells: &'static str) -> Step {
    Step { name, technique, tells }
}

pub(super) static STOLEN_SESSION: Step = step(
    "stolen-session",
    "T1078.004",
    "The portal session of `jonas.weber`, taken from his laptop, fetches credentials of his production role from a VPN exit.",
);
pub(super) static DRIP: Step = step(
    "slow-drip",
    "T1555.006",
    "One secret every few hours, none of which he ever read, while he himself works as usual on Friday.",
);
pub(super) static LISTING: Step = step("secrets-listed", "T1555.006", "Every secret of production is listed.");
pub(super) static REFUSED: Step =
    step("secrets-refused", "T1555.006", "Three secrets a developer may not read are asked for.");
pub(super) static SWEEP: Step = step(
    "secrets-swept",
    "T1555.006",
    "Eighteen secrets within twelve minutes by a script; the last one holds old passwords of the emergency administrator.",
);
pub(super) static GUESSING: Step = step(
    "passwords-guessed",
    "T1078.004",
    "Seven failed console sign-ins as `emergency-admin`, an account asleep for the whole fortnight, from a rented server.",
);
pub(super) static ENTRY: Step =
    step("console-entered", "T1078.004", "The eighth one succeeds, without a second factor.");
pub(super) static LOOKING_AROUND: Step =
    step("looking-around", "T1078.004", "Users, roles and the access keys of `svc-legacy-backup` are listed.");
pub(super) static KEY_FOR_ANOTHER: Step =
    step("key-for-another", "T1098.001", "`emergency-admin` makes an access key for `svc-legacy-backup`.");
pub(super) static KEY_USED: Step =
    step("new-key-used", "T1078.004", "The key is used four minutes later, from a third network.");
pub(super) static PASSWORD_FOR_ANOTHER: Step = step(
    "password-for-another",
    "T1098.001",
    "`svc-mail-relay`, which only ever sent mail, is given a console password.",
);
pub(super) static PRIVILEGE: Step =
    step("privilege-granted", "T1098.001", "`svc-legacy-backup` becomes an administrator.");
pub(super) static TRUST_OPENED: Step = step(
    "trust-opened",
    "T1098.001",
    "The trust policy of `prod-report-export` lets account 555566667777 in, which nobody here knows.",
);
pub(super) static BLINDING: Step =
    step("blinding-refused", "T1078.004", "The new key tries to stop the organisation's trail, and is refused.");
pub(super) static WAY_BACK: Step = step(
    "way-back-used",
    "T1078.004",
    "The outside account assumes the opened role and reads two secrets with it; `svc-mail-relay` signs in to the console.",
);

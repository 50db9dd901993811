//! Agents: what browsers, command lines, SDKs and tools call themselves, and how that changes with their releases.

use std::sync::Arc;

use super::Dice;
use crate::cloudtrail;

/// What a caller says it is.
#[derive(Clone, Debug)]
pub(crate) enum Agent {
    /// A browser, an SDK or a tool: one text for every call.
    Program(Arc<str>),
    /// The AWS CLI, which tells the command it runs.
    CommandLine(Arc<str>),
}

impl Agent {
    /// A program of that text.
    pub(crate) fn program(text: &str) -> Self {
        Self::Program(text.into())
    }

    /// The text it sends with a call.
    pub(crate) fn text(&self, service: &str, name: &str) -> String {
        match self {
            Self::Program(text) => text.to_string(),
            Self::CommandLine(text) => format!("{text} md/command#{service}.{}", cloudtrail::dashed(name)),
        }
    }

    /// Whether a person types, rather than a program being configured.
    pub(crate) const fn is_command_line(&self) -> bool {
        matches!(self, Self::CommandLine(_))
    }
}

/// The machine somebody works at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Desk {
    Mac,
    Linux,
    Windows,
}

/// The browser somebody uses at `desk` in the `month`th month of the log; releases come monthly.
pub(crate) fn browser(desk: Desk, taste: i64, month: i64) -> Agent {
    let chrome = 143 + month;
    let firefox = 146 + month;
    let system = match desk {
        Desk::Mac => "Macintosh; Intel Mac OS X 10_15_7",
        Desk::Linux => "X11; Linux x86_64",
        Desk::Windows => "Windows NT 10.0; Win64; x64",
    };
    let chromium = |tail: &str| {
        format!(
            "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{chrome}.0.0.0 Safari/537.36{tail}"
        )
    };
    let text = match (desk, taste % 5) {
        (Desk::Mac, 0) => {
            format!(
                "Mozilla/5.0 ({system}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.{} Safari/605.1.15",
                1 + month / 2
            )
        }
        (Desk::Windows, 0 | 1) => chromium(&format!(" Edg/{chrome}.0.0.0")),
        (Desk::Linux, 0..=2) | (_, 2) => {
            format!("Mozilla/5.0 ({system}; rv:{firefox}.0) Gecko/20100101 Firefox/{firefox}.0")
        }
        _ => chromium(""),
    };
    Agent::program(&text)
}

/// The command line at `desk`, of the release people had after so many upgrades of their own.
pub(crate) fn command_line(desk: Desk, upgrades: i64) -> Agent {
    let release = ["2.31.18", "2.32.14", "2.33.2", "2.33.6", "2.33.14", "2.34.1"];
    let at = usize::try_from(upgrades).unwrap_or_default().min(release.len() - 1);
    let release = release.get(at).copied().unwrap_or("2.33.6");
    let system = match desk {
        Desk::Mac => "os/macos#25.3.0 md/arch#arm64",
        Desk::Linux => "os/linux#6.8.0-94-generic md/arch#x86_64",
        Desk::Windows => "os/windows#11 md/arch#amd64",
    };
    let installer = if desk == Desk::Mac { "md/installer#source" } else { "md/installer#exe" };
    Agent::CommandLine(
        format!(
            "aws-cli/{release} md/awscrt#0.31.1 ua/2.1 {system} lang/python#3.13.11 md/pyimpl#CPython \
             m/C,E,b,AC cfg/retry-mode#standard {installer} md/prompt#off"
        )
        .into(),
    )
}

/// An SDK inside a workload, in the flavour its team writes in.
pub(crate) fn sdk(environment: &str, dice: &mut Dice) -> Agent {
    let minor = dice.between(10, 60);
    let text = match dice.between(0, 3) {
        0 => format!(
            "Boto3/1.{minor}.{patch} md/Botocore#1.{minor}.{patch} ua/2.1 os/linux#5.10.247-246.983.amzn2.x86_64 \
             md/arch#x86_64 lang/python#3.12.12 md/pyimpl#CPython exec-env/{environment} m/b,z,D \
             cfg/retry-mode#legacy Botocore/1.{minor}.{patch}",
            patch = dice.between(0, 30)
        ),
        1 => format!(
            "aws-sdk-java/2.{minor}.{} md/io#sync md/http#Apache ua/2.1 api/Secrets_Manager#2.{minor}.x \
             os/Linux#5.10.247-246.983.amzn2.x86_64 lang/java#21.0.9 md/OpenJDK_64-Bit_Server_VM \
             md/vendor#Amazon.com_Inc. exec-env/{environment} m/D,e",
            dice.between(0, 12)
        ),
        2 => format!(
            "aws-sdk-js/3.9{minor}.0 ua/2.1 os/linux#5.10.245-266.1000.amzn2.x86_64 lang/js md/nodejs#22.21.1 \
             exec-env/{environment} api/secrets-manager#3.9{minor}.0 m/E,e"
        ),
        _ => format!(
            "aws-sdk-go-v2/1.{minor}.0 ua/2.1 os/linux lang/go#1.25.4 md/GOOS#linux md/GOARCH#arm64 \
             exec-env/{environment} api/secretsmanager#1.{minor}.{} m/E,g",
            dice.between(0, 9)
        ),
    };
    Agent::program(&text)
}

/// Terraform, of the release an organisation has pinned.
pub(crate) fn terraform(dice: &mut Dice) -> Agent {
    Agent::program(&format!(
        "APN/1.0 HashiCorp/1.0 Terraform/1.{}.{} (+https://www.terraform.io) terraform-provider-aws/6.{}.0 \
         (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.41.0 ua/2.1 os/linux \
         lang/go#1.24.11 md/GOOS#linux md/GOARCH#amd64",
        dice.between(9, 14),
        dice.between(0, 8),
        dice.between(10, 28)
    ))
}

/// The CLI on a hosted runner.
pub(crate) fn runner_cli() -> Agent {
    Agent::CommandLine(
        "aws-cli/2.33.2 md/awscrt#0.31.1 ua/2.1 os/linux#6.14.0-1017-azure md/arch#x86_64 lang/python#3.13.11 \
         md/pyimpl#CPython m/E,b,Z cfg/retry-mode#standard md/installer#exe md/distrib#ubuntu.24 md/prompt#off"
            .into(),
    )
}

/// What an instance's own agent calls itself.
pub(crate) const SSM_AGENT: &str = "aws-sdk-go/1.55.5 (go1.23.12; linux; amd64) amazon-ssm-agent/3.3.3270.0";
/// What GitHub's action for credentials calls itself.
pub(crate) const ACTIONS: &str = "configure-aws-credentials-for-github-actions";
/// What Identity Center calls itself when it assumes a role for somebody.
pub(crate) const SSO_INTERNAL: &str = "aws-internal/3 aws-sdk-java/1.12.797 Linux/5.10.247-246.983.amzn2int.x86_64 \
                                       OpenJDK_64-Bit_Server_VM/25.472-b08 java/1.8.0_472 \
                                       vendor/Oracle_Corporation cfg/retry-mode/standard";
/// The CLI of an old server nobody dares to touch.
pub(crate) const CLI_OLD: &str = "aws-cli/1.18.69 Python/3.8.10 Linux/5.4.0-190-generic botocore/1.16.19";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_tells_its_command() {
        let agent = Agent::CommandLine("aws-cli/2.33.6".into());
        let said = agent.text("secretsmanager", "GetSecretValue");
        assert_eq!(said, "aws-cli/2.33.6 md/command#secretsmanager.get-secret-value");
    }
}

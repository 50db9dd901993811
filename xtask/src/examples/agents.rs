//! Programs: what browsers, command lines, SDKs and tools call themselves.

pub(super) const CHROME_MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36";
pub(super) const FIREFOX_LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0";
pub(super) const EDGE_WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36 Edg/145.0.0.0";
pub(super) const CHROME_WINDOWS: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36";
pub(super) const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.2 Safari/605.1.15";

pub(super) const CLI_MAC: &str = "aws-cli/2.33.6 md/awscrt#0.31.1 ua/2.1 os/macos#25.3.0 md/arch#arm64 lang/python#3.13.11 md/pyimpl#CPython m/C,E,b,AC cfg/retry-mode#standard md/installer#source md/prompt#off";
pub(super) const CLI_LINUX: &str = "aws-cli/2.32.14 md/awscrt#0.29.1 ua/2.1 os/linux#6.8.0-94-generic md/arch#x86_64 lang/python#3.13.9 md/pyimpl#CPython m/C,E,b,AC cfg/retry-mode#standard md/installer#exe md/distrib#ubuntu.24 md/prompt#off";
pub(super) const CLI_OLD: &str = "aws-cli/1.18.69 Python/3.8.10 Linux/5.4.0-190-generic botocore/1.16.19";
pub(super) const CLI_DEBIAN: &str = "aws-cli/2.31.18 md/awscrt#0.27.6 ua/2.1 os/linux#6.12.43+deb13-amd64 md/arch#x86_64 lang/python#3.13.7 md/pyimpl#CPython m/E,b,Z cfg/retry-mode#standard md/installer#exe md/distrib#debian.13 md/prompt#off";

pub(super) const BOTO_ECS: &str = "Boto3/1.42.21 md/Botocore#1.42.21 ua/2.1 os/linux#5.10.247-246.983.amzn2.x86_64 md/arch#x86_64 lang/python#3.12.12 md/pyimpl#CPython exec-env/AWS_ECS_FARGATE m/b,z,D cfg/retry-mode#legacy Botocore/1.42.21";
pub(super) const BOTO_LAMBDA: &str = "Boto3/1.40.4 md/Botocore#1.40.4 ua/2.1 os/linux#5.10.245-266.1000.amzn2.aarch64 md/arch#aarch64 lang/python#3.13.8 md/pyimpl#CPython exec-env/AWS_Lambda_python3.13 m/Z,b,D,g cfg/retry-mode#legacy Botocore/1.40.4";
pub(super) const BOTO_DEBIAN: &str = "Boto3/1.40.61 md/Botocore#1.40.61 ua/2.1 os/linux#6.12.43+deb13-amd64 md/arch#x86_64 lang/python#3.13.5 md/pyimpl#CPython m/b,D,Z cfg/retry-mode#legacy Botocore/1.40.61";
pub(super) const JAVA_ECS: &str = "aws-sdk-java/2.41.3 md/io#async md/http#NettyNio ua/2.1 api/Secrets_Manager#2.41.x os/Linux#5.10.247-246.983.amzn2.x86_64 lang/java#21.0.9 md/OpenJDK_64-Bit_Server_VM md/vendor#Amazon.com_Inc. exec-env/AWS_ECS_FARGATE m/D,e";
pub(super) const NODE_LAMBDA: &str = "aws-sdk-js/3.957.0 ua/2.1 os/linux#5.10.245-266.1000.amzn2.x86_64 lang/js md/nodejs#22.21.1 exec-env/AWS_Lambda_nodejs22.x api/secrets-manager#3.957.0 m/E,e";
pub(super) const SSM_AGENT: &str = "aws-sdk-go/1.55.5 (go1.23.12; linux; amd64) amazon-ssm-agent/3.3.3270.0";
pub(super) const TERRAFORM: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.14.3 (+https://www.terraform.io) terraform-provider-aws/6.28.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.41.0 ua/2.1 os/linux lang/go#1.24.11 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.276.1";
pub(super) const ACTIONS: &str = "configure-aws-credentials-for-github-actions";
pub(super) const SSO_INTERNAL: &str = "aws-internal/3 aws-sdk-java/1.12.797 Linux/5.10.247-246.983.amzn2int.x86_64 OpenJDK_64-Bit_Server_VM/25.472-b08 java/1.8.0_472 vendor/Oracle_Corporation cfg/retry-mode/standard";
/// The CLI on a runner.
pub(super) const CLI_RUNNER: &str = "aws-cli/2.33.2 md/awscrt#0.31.1 ua/2.1 os/linux#6.14.0-1017-azure md/arch#x86_64 lang/python#3.13.11 md/pyimpl#CPython m/E,b,Z cfg/retry-mode#standard md/installer#exe md/distrib#ubuntu.24 md/prompt#off";

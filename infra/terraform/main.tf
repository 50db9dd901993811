# trailwarden's forwarder in every region of one account: infra/forwarder.yaml for those who use Terraform.
# rules.json is made by `cargo xtask generate`; a test holds all of it against infra/forwarder.yaml.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  home      = split(":", var.central_bus_arn)

  # Where the deployment itself is, its own rules see everything: what is sent there, too, would be judged twice.
  elsewhere = toset([for region in var.regions : region if !(region == local.home[3] && local.account == local.home[4])])

  rules = { for rule in jsondecode(file("${path.module}/rules.json")) : rule.name => rule }
  each = merge([
    for region in local.elsewhere : {
      for name, rule in local.rules : "${region}/${name}" => { region = region, name = name, rule = rule }
    }
  ]...)

  # What policies name.
  names = {
    account         = local.account
    central_bus_arn = var.central_bus_arn
    deployment      = var.deployment
    home            = local.home[4]
    partition       = local.partition
  }
  tags = { project = "trailwarden" }
}

# Every rule is in the state that receives reads, also where all its calls write: a rule in the wrong state is silent.
resource "aws_cloudwatch_event_rule" "forward" {
  for_each      = local.each
  region        = each.value.region
  name          = "${var.deployment}-${each.value.name}"
  description   = each.value.rule.description
  event_pattern = jsonencode(each.value.rule.pattern)
  state         = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
  tags          = local.tags
}

resource "aws_cloudwatch_event_target" "central" {
  for_each  = local.each
  region    = each.value.region
  rule      = aws_cloudwatch_event_rule.forward[each.key].name
  target_id = "central"
  arn       = var.central_bus_arn
  role_arn  = aws_iam_role.forward[each.value.region].arn
  dead_letter_config {
    arn = aws_sqs_queue.undelivered[each.value.region].arn
  }
}

# Events a rule could not deliver within a day. Where there are no rules it stays empty.
resource "aws_sqs_queue" "undelivered" {
  for_each                  = var.regions
  region                    = each.value
  name                      = "${var.deployment}-undelivered"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  tags                      = local.tags
}

resource "aws_sqs_queue_policy" "undelivered" {
  for_each  = var.regions
  region    = each.value
  queue_url = aws_sqs_queue.undelivered[each.value].id
  policy = templatefile("${path.module}/policies/undelivered.json", merge(local.names, {
    queue = aws_sqs_queue.undelivered[each.value].arn, region = each.value
  }))
}

# The central bus lets roles of this name in, and no others.
resource "aws_iam_role" "forward" {
  for_each           = local.elsewhere
  name               = "${var.deployment}-forward-${each.value}"
  assume_role_policy = templatefile("${path.module}/policies/forward-trust.json", merge(local.names, { region = each.value }))
  tags               = local.tags
}

resource "aws_iam_role_policy" "forward" {
  for_each = local.elsewhere
  name     = "forward"
  role     = aws_iam_role.forward[each.value].name
  policy   = templatefile("${path.module}/policies/forward.json", local.names)
}

# What the deployment may do here: look whether its forwarders are well, and read what identities may do.
resource "aws_iam_role" "member" {
  name               = "${var.deployment}-member"
  assume_role_policy = templatefile("${path.module}/policies/member-trust.json", local.names)
  tags               = local.tags
}

resource "aws_iam_role_policy" "member" {
  name   = "look"
  role   = aws_iam_role.member.name
  policy = templatefile("${path.module}/policies/member.json", local.names)
}

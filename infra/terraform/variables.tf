variable "deployment" {
  type        = string
  default     = "trailwarden"
  description = "The name of the deployment's stack, the one made from template.yaml."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,31}$", var.deployment))
    error_message = "Lower case letters, digits and dashes, 32 at most."
  }
}

variable "central_bus_arn" {
  type        = string
  description = "The output CentralBusArn of the deployment's stack."
  validation {
    condition     = can(regex("^arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]{12}:event-bus/[A-Za-z0-9._-]+-central$", var.central_bus_arn))
    error_message = "The output CentralBusArn of the deployment's stack."
  }
}

variable "regions" {
  type        = set(string)
  description = "Every region that is enabled: those that cannot be turned off are the default; add those you opted into."
  default = [
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
    "us-east-1", "us-east-2", "us-west-1", "us-west-2",
  ]
  validation {
    condition     = length(setintersection(var.regions, ["us-east-1", "cn-north-1", "us-gov-west-1"])) > 0
    error_message = "The region IAM events arise in must be among them: us-east-1, cn-north-1 or us-gov-west-1."
  }
}

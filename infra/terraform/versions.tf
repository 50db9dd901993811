terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source = "hashicorp/aws"
      # From 6.0 a resource says which region it is in, so one provider serves them all.
      version = ">= 6.0"
    }
  }
}

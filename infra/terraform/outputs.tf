output "undelivered_queue_urls" {
  description = "Of each region, the queue of events the central bus could not be given."
  value       = { for region, queue in aws_sqs_queue.undelivered : region => queue.id }
}

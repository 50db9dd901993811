"""The local stack: template.yaml as a deployment, on this machine, through the functions' own binaries.

moto holds the account, samtranslator reads the template, and this package does what moto does not:
rules deliver by pattern and state, functions run behind a Lambda Runtime API in as many processes as
there is work for, asynchronous invocations are retried and given up as Lambda does, and an SQS queue
feeds a function with partial batch responses.
"""

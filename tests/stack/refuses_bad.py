#!/usr/bin/env python3
"""A function that gives back each message of a batch that says `bad`: a stand-in where no binary is in question."""

import json
import os
import urllib.request

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"

while True:
    with urllib.request.urlopen(f"{API}/next") as given:
        request = given.headers["Lambda-Runtime-Aws-Request-Id"]
        records = json.load(given)["Records"]
    refused = [{"itemIdentifier": each["messageId"]} for each in records if each["body"] == "bad"]
    answer = json.dumps({"batchItemFailures": refused}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{API}/{request}/response", answer, method="POST")).close()

//! Rules as YAML: what the catalog lets through, as resources of a template.

use std::fmt::Write as _;

use serde_json::Value;
use trailwarden_model::aws::rules::Rule;

/// The rule and the leave it needs to invoke its function, as resources of the template.
pub(super) fn invoking(rule: &Rule) -> String {
    let (id, function) = (&rule.id, rule.behaviour.title());
    let mut text = String::new();
    let _ = write!(
        text,
        "
  {id}:
    Type: AWS::Events::Rule
    Properties:
      Description: '{}'
      State: ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS
      EventPattern:
",
        rule.description
    );
    yaml(&rule.pattern, 8, &mut text);
    let _ = write!(
        text,
        "      Targets:
        - Id: {name}
          Arn: !GetAtt {function}Function.Arn
          DeadLetterConfig: {{ Arn: !GetAtt UndeliveredQueue.Arn }}
  {id}Permission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref {function}Function
      Principal: events.amazonaws.com
      SourceArn: !GetAtt {id}.Arn
",
        name = rule.behaviour.name(),
    );
    text
}

/// The rule's ARN, as an item of a list.
pub(super) fn arn_item(rule: &Rule) -> String {
    format!("                - !GetAtt {}.Arn\n", rule.id)
}

/// JSON as block YAML: an array of plain values on one line where it fits.
fn yaml(value: &Value, indent: usize, text: &mut String) {
    let space = " ".repeat(indent);
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let _ = write!(text, "{space}{name}:");
                below(value, indent, text);
            }
        }
        Value::Array(items) => {
            for item in items {
                let mut nested = String::new();
                yaml(item, indent + 2, &mut nested);
                let _ = writeln!(text, "{space}- {}", nested.trim_start().trim_end_matches('\n'));
            }
        }
        plain => {
            let _ = writeln!(text, "{space}{}", scalar(plain));
        }
    }
}

/// A field's value: on the field's line where it is short and flat, else below it.
fn below(value: &Value, indent: usize, text: &mut String) {
    const WIDTH: usize = 100;
    match value {
        Value::Array(items) if items.iter().all(is_flat) => {
            let line = items.iter().map(scalar).collect::<Vec<_>>().join(", ");
            if line.len() + indent <= WIDTH {
                let _ = writeln!(text, " [{line}]");
            } else {
                text.push('\n');
                yaml(value, indent + 2, text);
            }
        }
        _ => {
            text.push('\n');
            yaml(value, indent + 2, text);
        }
    }
}

fn is_flat(value: &Value) -> bool {
    match value {
        Value::Array(_) => false,
        Value::Object(fields) => fields.len() == 1 && fields.values().all(|value| !value.is_array() && is_flat(value)),
        _ => true,
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {}", scalar(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

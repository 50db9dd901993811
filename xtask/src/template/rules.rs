//! Rules as YAML: what the catalog lets through, as resources of a template.

use std::fmt::Write as _;

use serde_json::Value;
use trailwarden_model::aws::rules::Rule;

/// The bus a rule of the deployment looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bus {
    /// The default bus, where the events of its own account and region arise.
    Default,
    /// The central bus, where others send theirs.
    Central,
}

impl Bus {
    /// The logical id of a rule on it.
    pub(super) fn id(self, rule: &Rule) -> String {
        match self {
            Self::Default => rule.id.clone(),
            Self::Central => format!("Central{}", rule.id),
        }
    }
}

/// The rule and the leave it needs to invoke its function, as resources of the template.
pub(super) fn invoking(bus: Bus, rule: &Rule) -> String {
    let (id, function) = (bus.id(rule), rule.behaviour.title());
    let (condition, on) = match bus {
        Bus::Default => ("", ""),
        Bus::Central => ("    Condition: WithCentralBus\n", "      EventBusName: !GetAtt CentralBus.Name\n"),
    };
    let mut text = format!("\n  {id}:\n    Type: AWS::Events::Rule\n{condition}    Properties:\n{on}");
    text.push_str(&looking(rule));
    let _ = write!(
        text,
        "      Targets:
        - Id: {name}
          Arn: !GetAtt {function}Function.Arn
          DeadLetterConfig: {{ Arn: !GetAtt UndeliveredQueue.Arn }}
  {id}Permission:
    Type: AWS::Lambda::Permission
{condition}    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref {function}Function
      Principal: events.amazonaws.com
      SourceArn: !GetAtt {id}.Arn
",
        name = rule.behaviour.name(),
    );
    text
}

/// The rule as a resource of the forwarder: what it lets through goes to the central bus.
pub(super) fn forwarding(rule: &Rule) -> String {
    let mut text = format!(
        "\n  {}:\n    Type: AWS::Events::Rule\n    Condition: Elsewhere\n    Properties:\n      Name: !Sub '${{Deployment}}-{}'\n",
        rule.id, rule.name,
    );
    text.push_str(&looking(rule));
    text.push_str(
        "      Targets:
        - Id: central
          Arn: !Ref CentralBusArn
          RoleArn: !GetAtt ForwardRole.Arn
          DeadLetterConfig: { Arn: !GetAtt UndeliveredQueue.Arn }
",
    );
    text
}

/// What a rule looks for, whatever becomes of what it finds.
fn looking(rule: &Rule) -> String {
    let mut text = format!(
        "      Description: '{}'
      State: ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS
      EventPattern:
",
        rule.description
    );
    yaml(&rule.pattern, 8, &mut text);
    text
}

/// The ARN of the rule on that bus, as an item of a list.
pub(super) fn arn_item(bus: Bus, rule: &Rule) -> String {
    let id = bus.id(rule);
    match bus {
        Bus::Default => format!("                - !GetAtt {id}.Arn\n"),
        Bus::Central => format!("                - !If [WithCentralBus, !GetAtt {id}.Arn, !Ref AWS::NoValue]\n"),
    }
}

/// What the rule on that bus is called in the deployment, as an item of a list.
pub(super) fn name_item(bus: Bus, rule: &Rule) -> String {
    let (id, name) = (bus.id(rule), &rule.name);
    match bus {
        Bus::Default => format!("              - !Sub '{name}=${{{id}}}'\n"),
        // Its name would come with its bus before it; the ARN ends alike everywhere.
        Bus::Central => format!(
            "                  - !Sub ['{name}=${{Rule}}', {{ Rule: !Select [2, !Split ['/', !GetAtt {id}.Arn]] }}]\n"
        ),
    }
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
        // Plain where YAML reads it as it stands: a `*` would be an alias.
        Value::String(text) if text.starts_with('*') => format!("'{text}'"),
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {}", scalar(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

//! A teacher: what one of many workers needs to teach the memory its shard of a history.

use std::time::Duration;

use aws_config::SdkConfig;
use jiff::Timestamp;
use lambda_runtime::Error;
use serde::Serialize;
use trailwarden_detectors::Settings;
use trailwarden_model::Activity;
use trailwarden_model::aws::Coverage;
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Lesson};

use super::{Merged, learn, merge};
use crate::settings::{Form, networks};
use crate::store::DynamoStore;
use crate::{logs, parameter};

/// What one shard came to.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Taught {
    /// How many activities it was.
    pub activities: usize,
    /// How many subjects something was learned of.
    pub subjects: usize,
    /// How many write units that took.
    pub units: f64,
}

/// The memory, and how activities are read and learned.
#[derive(Debug)]
pub struct Teacher {
    client: aws_sdk_dynamodb::Client,
    table: String,
    settings: Settings,
    /// How records become activities.
    pub intake: Intake,
}

impl Teacher {
    /// Gets ready as the environment says.
    ///
    /// # Errors
    ///
    /// What is missing or wrong in the environment, all of it at once, or in the settings.
    pub async fn connect(config: &SdkConfig) -> Result<Self, Error> {
        let mut form = Form::new(|name: &str| std::env::var(name).ok());
        let table = form.required("TABLE_NAME", "the table of the memory");
        let named = form.given("SETTINGS_PARAMETER");
        let networks = form.optional("NETWORKS_FILE", networks).unwrap_or_else(NetworkTable::empty);
        let log_level = form.log_level();
        let (table, named, networks, log_level) = form.finish((table, named, networks, log_level))?;
        logs::start(log_level);
        let settings = parameter::load(config, named.as_deref()).await?;
        let intake = Intake { coverage: Coverage::Catalog, networks };
        Ok(Self { client: aws_sdk_dynamodb::Client::new(config), table, settings, intake })
    }

    /// Teaches the memory one lesson of a shard, or fails: teaching it again changes nothing.
    ///
    /// # Errors
    ///
    /// What the table refused, or that there was no time or no room for all of it.
    pub async fn teach(
        &self,
        lesson: Lesson,
        activities: &[Activity],
        now: Timestamp,
        left: impl Fn() -> Duration,
    ) -> Result<Taught, Error> {
        let store = DynamoStore::metered(self.client.clone(), &self.table);
        let learned = learn(&store, &self.settings, lesson, activities, now).await?;
        let Merged { units, stopped, .. } = merge(&store, &learned, left).await?;
        match stopped {
            None => Ok(Taught { activities: activities.len(), subjects: learned.len(), units }),
            Some(why) => Err(format!("not all of the shard was merged: {why:?}").into()),
        }
    }
}

/**
 * Types of resources that keep data which nothing brings back once they are destroyed, as their providers name them. Keys and
 * secrets belong to them: what is encrypted with a key is lost with it.
 */
const aws = `db_instance db_cluster rds_cluster rds_cluster_instance rds_global_cluster docdb_cluster neptune_cluster
  dynamodb_table dynamodb_global_table s3_bucket s3_object s3tables_table ebs_volume ebs_snapshot ami efs_file_system
  fsx_lustre_file_system fsx_ontap_file_system fsx_ontap_volume fsx_openzfs_file_system fsx_windows_file_system
  elasticache_cluster elasticache_replication_group memorydb_cluster redshift_cluster redshiftserverless_namespace
  opensearch_domain elasticsearch_domain opensearchserverless_collection msk_cluster kinesis_stream mq_broker
  timestreamwrite_database timestreamwrite_table keyspaces_keyspace keyspaces_table qldb_ledger glacier_vault backup_vault
  ecr_repository codecommit_repository cloudwatch_log_group cognito_user_pool kms_key secretsmanager_secret ssm_parameter
  route53_zone athena_database glue_catalog_database lightsail_database lightsail_disk dms_s3_endpoint`;

const google = `sql_database_instance sql_database spanner_instance spanner_database bigtable_instance bigtable_table
  bigquery_dataset bigquery_table firestore_database alloydb_cluster alloydb_instance redis_instance redis_cluster
  memcache_instance storage_bucket storage_bucket_object compute_disk compute_region_disk compute_snapshot filestore_instance
  pubsub_topic pubsub_subscription artifact_registry_repository container_registry kms_key_ring kms_crypto_key
  secret_manager_secret secret_manager_secret_version logging_project_bucket_config dns_managed_zone healthcare_dataset
  healthcare_fhir_store sourcerepo_repository netapp_volume`;

const azurerm = `mssql_database mssql_server mssql_managed_instance mssql_managed_database sql_database mysql_flexible_server
  mysql_flexible_database postgresql_flexible_server postgresql_flexible_server_database postgresql_server postgresql_database
  mariadb_server cosmosdb_account cosmosdb_sql_database cosmosdb_sql_container cosmosdb_mongo_database
  cosmosdb_mongo_collection cosmosdb_cassandra_keyspace cosmosdb_postgresql_cluster redis_cache redis_enterprise_database
  storage_account storage_container storage_blob storage_share storage_table storage_queue storage_data_lake_gen2_filesystem
  managed_disk snapshot netapp_volume eventhub servicebus_queue servicebus_topic container_registry key_vault key_vault_key
  key_vault_secret recovery_services_vault log_analytics_workspace kusto_cluster kusto_database synapse_sql_pool dns_zone
  search_service`;

const others = `kubernetes_persistent_volume kubernetes_persistent_volume_claim kubernetes_persistent_volume_claim_v1
  kubernetes_persistent_volume_v1 kubernetes_namespace kubernetes_namespace_v1 kubernetes_stateful_set_v1 postgresql_database
  postgresql_schema mysql_database digitalocean_database_cluster digitalocean_volume digitalocean_spaces_bucket hcloud_volume
  mongodbatlas_cluster mongodbatlas_advanced_cluster confluent_kafka_cluster confluent_kafka_topic kafka_topic github_repository
  cloudflare_r2_bucket cloudflare_d1_database tls_private_key random_password`;

const words = (list: string) => list.split(/\s+/);

/** Whether a resource of the type keeps data; `declared`: types that the installation names besides. */
export function statefulTypes(declared: readonly string[] = []): ReadonlySet<string> {
  const of = (provider: string, list: string) => words(list).map((type) => `${provider}_${type}`);
  return new Set([
    ...of('aws', aws),
    ...of('google', google),
    ...of('azurerm', azurerm),
    ...words(others),
    ...declared,
  ]);
}

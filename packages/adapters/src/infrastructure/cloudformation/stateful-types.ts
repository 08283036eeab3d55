import type { CloudformationSettings } from './settings.ts';

/**
 * Types of resources that keep data which nothing brings back once they are destroyed: those that count at Terraform too, as
 * CloudFormation names them, and a few that came later. Keys and secrets belong to them: what is encrypted with a key is lost
 * with it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
const byService: Record<string, string> = {
  AmazonMQ: 'Broker',
  Backup: 'BackupVault LogicallyAirGappedBackupVault',
  Cassandra: 'Keyspace Table',
  CloudTrail: 'EventDataStore',
  CodeArtifact: 'Domain Repository',
  CodeCommit: 'Repository',
  Cognito: 'UserPool IdentityPool',
  DSQL: 'Cluster',
  DocDB: 'DBCluster DBInstance',
  DynamoDB: 'Table GlobalTable',
  EC2: 'Volume',
  ECR: 'Repository PublicRepository',
  EFS: 'FileSystem',
  ElastiCache: 'CacheCluster ReplicationGroup GlobalReplicationGroup ServerlessCache',
  Elasticsearch: 'Domain',
  FSx: 'FileSystem Volume StorageVirtualMachine Snapshot',
  Glue: 'Database Table',
  Kinesis: 'Stream',
  KMS: 'Key ReplicaKey',
  Lightsail: 'Database Disk Bucket',
  Logs: 'LogGroup',
  MemoryDB: 'Cluster MultiRegionCluster',
  MSK: 'Cluster ServerlessCluster',
  Neptune: 'DBCluster DBInstance',
  NeptuneGraph: 'Graph',
  OpenSearchServerless: 'Collection',
  OpenSearchService: 'Domain',
  QLDB: 'Ledger',
  RDS: 'DBInstance DBCluster GlobalCluster',
  Redshift: 'Cluster',
  RedshiftServerless: 'Namespace',
  Route53: 'HostedZone',
  S3: 'Bucket',
  S3Express: 'DirectoryBucket',
  S3Outposts: 'Bucket',
  S3Tables: 'TableBucket Table Namespace',
  S3Vectors: 'VectorBucket Index',
  SDB: 'Domain',
  SSM: 'Parameter',
  SecretsManager: 'Secret',
  Timestream: 'Database Table InfluxDBInstance',
  // What is in it goes with it.
  CloudFormation: 'Stack CustomResource',
};

const known = new Set(
  Object.entries(byService).flatMap(([service, names]) =>
    names.split(' ').map((name) => `AWS::${service}::${name}`),
  ),
);

/** What others than AWS have made (`Custom::Users`, `MongoDB::Atlas::Cluster`) may keep anything. */
export function keepsData(
  type: string | undefined,
  { stateful = [], stateless = [] }: Pick<CloudformationSettings, 'stateful' | 'stateless'>,
): boolean {
  if (type === undefined || stateful.includes(type)) return true;
  return !stateless.includes(type) && (known.has(type) || !type.startsWith('AWS::'));
}

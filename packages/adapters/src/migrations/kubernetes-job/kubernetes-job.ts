import type { Migrations } from '@lastgood/domain/ports/migrations';
import { openClusters } from '../../kubernetes/cluster-clients.ts';
import { defaultRequestTimeoutMs } from '../../kubernetes/cluster-settings.ts';
import type { Database } from '../../postgres/database-settings.ts';
import { declaredReversal, declaredUpTo } from '../declared-versions.ts';
import { createSchemaMigrations } from '../schema-tool.ts';
import { jobManifest, readTemplate } from './job-manifest.ts';
import { runJob } from './run-job.ts';
import type { JobSettings } from './settings.ts';

/** A PostgreSQL whose schema is moved by a Job of a cluster, such as the image of the application itself. */
export function createKubernetesJob(database: Database, settings: JobSettings, pollMs = 1_000): Migrations {
  const { head, versions, namespace, kubeconfig, context, tokenFile, inCluster } = settings;
  const template = readTemplate(database.name, settings.template);
  const { requestTimeoutMs = defaultRequestTimeoutMs } = settings;
  const access = Object.fromEntries(
    Object.entries({ kubeconfig, context, tokenFile, inCluster }).filter(([, value]) => value !== undefined),
  );
  const api = openClusters({ [database.name]: { ...access, requestTimeoutMs } }, Date.now).of(database.name);
  const { longestMs } = database;
  return createSchemaMigrations(database, {
    versions: (session) => declaredUpTo(session, head, versions),
    reversal: (session, version) => declaredReversal(session, versions, version),
    reverse: (step, operation) =>
      runJob(
        { api, namespace, pollMs, longestMs },
        step,
        operation,
        jobManifest({ step, operation, template, longestMs }),
      ),
  });
}

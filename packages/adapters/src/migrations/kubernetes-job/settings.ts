import { Content, Name, Query } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { clusterSettings } from '../../kubernetes/cluster-settings.ts';
import { databaseSettings } from '../../postgres/database-settings.ts';
import { declaredVersions } from '../declared-versions-schema.ts';

export const jobSettings = Type.Object(
  {
    ...databaseSettings,
    ...clusterSettings.properties,
    namespace: Name({
      description:
        'Where the Jobs are made. Its account may create, get and list jobs of group batch there: deploy/kubernetes/rbac-jobs.yaml',
    }),
    template: Content({
      description:
        'Pod template as YAML, or its path: metadata and spec. {from} and {to} in it stand for the version that is reversed and the one before',
    }),
    head: Query({
      description: 'Query that answers with the version that the schema is at, in one row of one column',
    }),
    versions: declaredVersions,
  },
  { additionalProperties: false },
);

export type JobSettings = Type.Static<typeof jobSettings>;

import { readFileSync } from 'node:fs';
import { databaseOf } from '../../postgres/database-settings.ts';
import { defineVendor } from '../../vendor.ts';
import { repeatedVersion } from '../declared-versions-schema.ts';
import { createKubernetesJob } from './kubernetes-job.ts';
import { jobSettings } from './settings.ts';

export const kubernetesJob = defineVendor(
  {
    kind: 'kubernetes-job',
    title: 'Job of a cluster',
    settings: jobSettings,
    files: ['kubeconfig', 'tokenFile', 'template', 'fixUps'],
    contradiction({ versions, kubeconfig, inCluster = false }) {
      if (inCluster !== (kubeconfig === undefined))
        return {
          found: inCluster ? 'kubeconfig and inCluster' : 'neither kubeconfig nor inCluster',
          expected: 'exactly one of kubeconfig and inCluster: true',
        };
      return repeatedVersion(versions);
    },
  },
  ({ name, settings }) => {
    const { template } = settings;
    const text = template.includes('\n') ? template : readFileSync(template, 'utf8');
    return createKubernetesJob(databaseOf(name, settings), { ...settings, template: text });
  },
);

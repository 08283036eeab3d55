import type { FoundWorkload, ServiceView } from '@lastgood/api-client';
import { tryService } from '@lastgood/api-client';
import { useListTriggerSets, useSystemStatus } from '@lastgood/api-client/queries';
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import classes from '../add-service/add-service.module.css';
import { DeclarationEditor } from '../add-service/declaration-editor.tsx';
import { FirstDeployment } from '../add-service/first-deployment.tsx';
import { addressOf, WorkloadChoice } from '../add-service/workload-choice.tsx';
import { writeDeclaration } from '../add-service/write-declaration.ts';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { useTitle } from '../shell/use-title.ts';

/** From what runs to a watched service: choose a workload, look at what its declaration asks, apply it, deploy. */
export function AddServicePage() {
  useTitle('Add a service');
  const status = useSystemStatus();
  const sets = useListTriggerSets();
  const failed = status.error ?? sets.error;
  if (status.data && sets.data) {
    const clusters = status.data.sources.filter(({ kind }) => kind === 'cluster').map(({ name }) => name);
    const { items } = sets.data;
    // The sandbox has a set of its own, whose windows are as short as a visit.
    const set = (status.data.sandbox ? items.find(({ name }) => name !== 'default') : undefined) ?? items[0];
    return <AddService clusters={clusters} set={set ?? { name: 'default', triggers: [] }} />;
  }
  if (failed) {
    const retry = () => void Promise.all([status.refetch(), sets.refetch()]);
    return <PageError error={failed} what="page to add a service" retry={retry} />;
  }
  return <PageLoading what="what can be added" />;
}

type Set = Parameters<typeof writeDeclaration>[0]['set'];

function AddService({ clusters, set }: { clusters: string[]; set: Set }) {
  const [cluster = '', setCluster] = useState(clusters[0]);
  const [chosen, choose] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [applied, setApplied] = useState<ServiceView | null>(null);
  const take = async (workload: FoundWorkload) => {
    choose(addressOf(workload));
    setApplied(null);
    setText(writeDeclaration({ cluster, workload, set, series: null }));
    const written = await labelled(cluster, workload, set);
    if (written) setText(written);
  };
  return (
    <div className={classes.page}>
      <h1>Add a service</h1>
      <section className={classes.card} aria-labelledby="workload">
        <h2 id="workload">1. Choose what serves it</h2>
        {clusters.length === 0 && (
          <p>No cluster is configured. Add one under `clusters` in the configuration.</p>
        )}
        {clusters.length > 1 && (
          <SegmentedControl aria-label="Cluster" value={cluster} onChange={setCluster} data={clusters} />
        )}
        {cluster !== '' && (
          <WorkloadChoice cluster={cluster} chosen={chosen} onChoose={(workload) => void take(workload)} />
        )}
      </section>
      {text !== '' && <DeclarationEditor text={text} onChange={setText} onApplied={setApplied} />}
      {applied && <FirstDeployment key={applied.summary.key} applied={applied} />}
    </div>
  );
}

/** The declaration with the label that the metric source has; null where it cannot be asked now: the trial says why. */
async function labelled(cluster: string, workload: FoundWorkload, set: Set): Promise<string | null> {
  const { namespace, kind, name } = workload;
  const input = { workloads: [{ kind, name }], triggerSets: [set.name] } as Parameters<typeof tryService>[3];
  try {
    const { series } = await tryService(cluster, namespace, name, input);
    return writeDeclaration({ cluster, workload, set, series });
  } catch {
    return null;
  }
}

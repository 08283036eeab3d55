import type { Run } from '@lastgood/api-client';
import { useState } from 'react';
import classes from './further-back.module.css';
import { TargetList } from './target-list.tsx';

/** Where a rollback ended without proof: the releases further back, one press each. */
export function FurtherBack({ run }: { run: Run }) {
  const [opened, setOpened] = useState(false);
  if (run.status !== 'stopped') return null;
  return (
    <details className={classes.further} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>Go further back, or to another release</summary>
      {opened && (
        <TargetList
          from={run.from}
          serviceName={run.serviceName}
          without={[run.targetDeploymentId, run.deploymentId]}
          withKeys={false}
        />
      )}
    </details>
  );
}

import { useDeploymentTargets } from '@lastgood/api-client/queries';
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { NamedRelease } from '../press/press.ts';
import classes from './target-list.module.css';
import { TargetRow } from './target-row.tsx';

const mostAtOnce = 3;

interface TargetListProps {
  from: NamedRelease;
  serviceName: string;
  /** What stands elsewhere already, or was tried and is not good. */
  without: readonly string[];
  /** The digits 1 to 3 press the first three. */
  withKeys: boolean;
}

/** Where else the deployment can be taken back to, one press each; the last known good first, then what is not proven. */
export function TargetList({ from, serviceName, without, withKeys }: TargetListProps) {
  const { data, error } = useDeploymentTargets(from.deploymentId, { query: { staleTime: 30_000 } });
  const [all, setAll] = useState(false);
  if (!data)
    return (
      <p className={classes.dim}>{error ? `They cannot be listed: ${error.message}` : 'Looking for them…'}</p>
    );
  const targets = data.targets.filter(({ release }) => !without.includes(release.deploymentId));
  if (targets.length === 0) return <p className={classes.dim}>No other release is known.</p>;
  const shown = all ? targets : targets.slice(0, mostAtOnce);
  return (
    <>
      <ol className={classes.list}>
        {shown.map((target, index) => (
          <TargetRow
            key={target.release.deploymentId}
            target={target}
            from={from}
            serviceName={serviceName}
            letter={withKeys && index < mostAtOnce ? String(index + 1) : null}
          />
        ))}
      </ol>
      {shown.length < targets.length && (
        <Button variant="subtle" h="var(--tap)" onClick={() => setAll(true)}>
          Show {targets.length - shown.length} more
        </Button>
      )}
      {all && data.more > 0 && <p className={classes.dim}>{data.more} older ones are not listed.</p>}
      {data.trouble !== null && (
        <p className={classes.dim}>Whether images are there is not known: {data.trouble}</p>
      )}
    </>
  );
}

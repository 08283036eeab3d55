import type { DeploymentView } from '@lastgood/api-client';
import { useDeploymentReadings } from '@lastgood/api-client/queries';
import { SegmentedControl } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { useNow } from '../clock/use-now.ts';
import { usePointerHold, useSteady } from '../shell/use-steady.ts';
import { chartFrom } from './chart-window.ts';
import { TriggerRow } from './trigger-row.tsx';
import classes from './triggers-section.module.css';

const byName = (trigger: DeploymentView['triggers'][number]): string => trigger.name;

/** Every trigger with its chart, worst first; the window is part of the address. */
export function TriggersSection({ view }: { view: DeploymentView }) {
  const { deployment, evaluator } = view;
  const [search, setSearch] = useSearchParams();
  const window = search.get('window') === 'deploy' ? 'deploy' : 'recent';
  const readings = useDeploymentReadings(deployment.id, undefined, { query: { staleTime: 30_000 } });
  const pointer = usePointerHold();
  const triggers = useSteady(view.triggers, byName, pointer.held);
  const now = useNow();
  const endsAt = deployment.watched ? null : Date.parse(readings.data?.to ?? view.at);
  const deployedAt = Date.parse(deployment.startedAt);
  const from = chartFrom(window, {
    deployedAt,
    endsAt: endsAt ?? now,
    intervalSeconds: evaluator.intervalSeconds,
  });
  return (
    <section className={classes.section} aria-labelledby="triggers">
      <header className={classes.head}>
        <h2 id="triggers">Triggers</h2>
        <SegmentedControl
          size="sm"
          aria-label="Time shown"
          value={window}
          onChange={(value) =>
            setSearch(value === 'deploy' ? { window: value } : {}, {
              replace: true,
              preventScrollReset: true,
            })
          }
          data={[
            { value: 'recent', label: 'Last window' },
            { value: 'deploy', label: 'Since deploy' },
          ]}
        />
      </header>
      {readings.error && !readings.data && <p>The charts cannot be drawn: {readings.error.message}</p>}
      {endsAt !== null && view.triggers.length > 0 && (
        <p className={classes.over}>No longer evaluated. This is how they stood at the end of its watch.</p>
      )}
      {view.triggers.length === 0 && <p>No trigger watches this deployment.</p>}
      <div className={classes.list} {...pointer.handlers}>
        {triggers.map(({ key, item }) => (
          <TriggerRow
            key={key}
            held={pointer.held}
            trigger={item}
            series={readings.data?.series.find((one) => one.trigger === key)}
            intervalSeconds={evaluator.intervalSeconds}
            from={from}
            endsAt={endsAt}
            deployedAt={deployedAt}
            deployLabel={`deploy ${deployment.release}`}
          />
        ))}
      </div>
    </section>
  );
}

import type { DeploymentView } from '@lastgood/api-client';
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useNow } from '../clock/use-now.ts';
import { triggerMeaning } from '../meaning/meaning.ts';
import { releaseName } from '../run/release-names.ts';
import { usePointerHold, useSteady } from '../shell/use-steady.ts';
import { clockSeconds } from '../time/moment.ts';
import { isInBreach } from '../trigger/chart-story.ts';
import { TriggerPanel } from '../trigger/trigger-panel.tsx';
import { useChartStory } from '../trigger/use-chart-story.ts';
import { chartFrom } from './chart-window.ts';
import classes from './triggers-section.module.css';

type Trigger = DeploymentView['triggers'][number];

const byName = (trigger: Trigger): string => trigger.name;

interface TriggersSectionProps {
  view: DeploymentView;
  /** What is shown where the address does not say. */
  usually?: 'recent' | 'deploy';
}

/**
 * Every trigger with its chart, worst first; those that are quiet take one line until they are opened. The window is part of the
 * address. Of a deployment that was taken back the charts go on with its rollback until what breached is back.
 */
export function TriggersSection({ view, usually = 'recent' }: TriggersSectionProps) {
  const { deployment, evaluator } = view;
  const { intervalSeconds } = evaluator;
  const [search, setSearch] = useSearchParams();
  const asked = search.get('window');
  const window = asked === 'deploy' || asked === 'recent' ? asked : usually;
  const { readings, begins, lane, ids, chain, end, pointsOf } = useChartStory(view, window === 'deploy');
  const pointer = usePointerHold();
  const triggers = useSteady(view.triggers, byName, pointer.held);
  const slot = useSlot(intervalSeconds);
  const isTakenBack = chain.length > 0 || view.read === 'taken_back';
  const hasTold = (name: string) => isTakenBack && (pointsOf(name) ?? []).some(isInBreach);
  const opened = useOpened(
    triggers.filter(({ key, item }) => isTelling(item) || hasTold(key)).map(({ key }) => key),
  );
  const deployedAt = Date.parse(deployment.startedAt);
  const from = chartFrom(window, { deployedAt, endsAt: end ?? slot, intervalSeconds });
  const to = Math.max(end === null ? slot : Math.min(end, slot), from + 1000);
  const deployLabel = `deploy ${releaseName(deployment)}`;
  const frame = { intervalSeconds, from, to, deployedAt, deployLabel, lane, ids, chain };
  return (
    <section className={classes.section} aria-labelledby="triggers">
      <header className={classes.head}>
        <h2 id="triggers">Triggers</h2>
        <SegmentedControl
          size="sm"
          aria-label="Time shown"
          value={window}
          onChange={(value) =>
            setSearch(value === usually ? {} : { window: value }, {
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
      {view.read !== 'watched' && view.triggers.length > 0 && (
        <p className={classes.over}>{readWords(view, chain.length > 0)}</p>
      )}
      {begins !== null && begins > from && (
        <p className={classes.over}>
          The charts begin at {clockSeconds(begins)}: there are more readings before than are shown at once.
        </p>
      )}
      {view.triggers.length === 0 && <p>No trigger watches this deployment.</p>}
      <div className={classes.list} {...pointer.handlers}>
        {triggers.map(({ key, item }) => (
          <TriggerPanel
            key={key}
            trigger={item}
            points={pointsOf(key)}
            story={frame}
            read={view.read}
            isOpen={opened.has(key)}
            onToggle={() => opened.toggle(key)}
          />
        ))}
      </div>
    </section>
  );
}

/** How it is read where it is not watched. */
function readWords({ read, deployment }: DeploymentView, isRolledBack: boolean): string {
  switch (read) {
    case 'watched':
      return '';
    case 'taken_back':
      return 'Read on while it is rolled back; nothing is decided of it any more.';
    case 'standing':
      return deployment.origin === 'rollback' && deployment.status === 'failed'
        ? 'Its rollback stopped half-way, and no watch has begun. What serves is read on.'
        : 'Its watch is over. What serves is read on.';
    case 'not_yet':
      return 'Read once the rollback is done. Until then what it takes back is.';
    case 'over':
      return isRolledBack
        ? 'No longer read. This is how they stood last; the charts go on with its rollback until what breached is back.'
        : 'No longer read. This is how they stood last.';
  }
}

/** It breaches, or cannot be seen: its chart is open without being asked for, as is that of what was taken back for it. */
function isTelling(trigger: Trigger): boolean {
  return triggerMeaning(trigger).meaning === 'act' || triggerMeaning(trigger).meaning === 'watch';
}

/** What is open: what a person has opened, and what has something to tell or had while this page was open. */
function useOpened(telling: readonly string[]) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [told, setTold] = useState<ReadonlySet<string>>(new Set());
  if (telling.some((name) => !told.has(name))) setTold(new Set([...told, ...telling]));
  const has = (name: string) => chosen.get(name) ?? (told.has(name) || telling.includes(name));
  return { has, toggle: (name: string) => setChosen(new Map(chosen).set(name, !has(name))) };
}

/** The slot that is on, epoch ms: charts move by slots, not by seconds. */
function useSlot(intervalSeconds: number): number {
  const interval = intervalSeconds * 1000;
  return Math.floor(useNow() / interval) * interval;
}

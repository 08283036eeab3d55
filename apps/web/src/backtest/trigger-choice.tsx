import type { TriggerInput } from '@lastgood/api-client';
import { useListTriggerSets, useServiceView } from '@lastgood/api-client/queries';
import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { Suspense } from 'react';
import { lazyPart } from '../shell/lazy-part.tsx';
import { PartLoading } from '../shell/part-note.tsx';
import type { Told } from '../trigger/write/diagnostics.ts';
import { toDiagnostics } from '../trigger/write/diagnostics.ts';
import { FindingList } from '../trigger/write/finding-list.tsx';
import classes from './backtest.module.css';
import type { ChosenTrigger } from './backtest-request.ts';
import { writeTrigger } from './written-trigger.ts';

/** Large, and wanted by nobody who does not write a trigger. */
const { Part: YamlEditor } = lazyPart('the editor', () => import('../editor/yaml-editor.tsx'));

interface TriggerChoiceProps {
  chosen: ChosenTrigger;
  onChange: (chosen: ChosenTrigger) => void;
  /** The service whose triggers are offered; null for those of the sets. */
  service: string | null;
  /** What is wrong with the written one, at its places. */
  told: readonly Told[];
}

/** A trigger that is in force, or one that is written here, as a changed one in force. */
export function TriggerChoice({ chosen, onChange, service, told }: TriggerChoiceProps) {
  const { names, declared } = useTriggers(service, chosen.name);
  const source = declared(chosen.name);
  return (
    <>
      <SegmentedControl
        className={classes.short ?? ''}
        aria-label="Which trigger"
        value={chosen.mode}
        onChange={(mode) => onChange({ ...chosen, mode })}
        data={[
          { value: 'in_force', label: 'One in force' },
          { value: 'written', label: 'One I write' },
        ]}
      />
      {chosen.mode === 'in_force' ? (
        <div className={classes.line}>
          <NativeSelect
            label="Trigger"
            miw="14rem"
            data={names}
            value={chosen.name}
            onChange={({ currentTarget }) => onChange({ ...chosen, name: currentTarget.value })}
          />
          {source && (
            <Button
              variant="default"
              h="var(--tap)"
              onClick={() => onChange({ ...chosen, mode: 'written', text: writeTrigger(source) })}
            >
              Change it here
            </Button>
          )}
        </div>
      ) : (
        <>
          <Suspense fallback={<PartLoading name="the editor" />}>
            <YamlEditor
              label="Trigger"
              text={chosen.text}
              onChange={(text) => onChange({ ...chosen, text })}
              marks={toDiagnostics(told, chosen.text.length)}
            />
          </Suspense>
          {told.length > 0 && <FindingList findings={told} onFix={() => undefined} />}
        </>
      )}
    </>
  );
}

/** The names that can be chosen, and the declaration of each that has one to be changed. */
function useTriggers(service: string | null, name: string) {
  const sets = useListTriggerSets();
  const [cluster = '', namespace = '', of = ''] = service?.split('/') ?? [];
  const view = useServiceView(cluster, namespace, of, { query: { enabled: service !== null } });
  const own = view.data?.declaration.triggers ?? [];
  const inSets = sets.data?.items.flatMap(({ triggers }) => triggers) ?? [];
  const offered = view.data?.effectiveTriggers ?? inSets;
  const names = [
    ...new Set([...offered.map((trigger) => trigger.name), ...(name === '' ? [] : [name])]),
  ].sort();
  const declared = (wanted: string): TriggerInput | null =>
    [...own, ...inSets].find((trigger) => trigger.name === wanted) ?? null;
  return { names: name === '' ? ['', ...names] : names, declared };
}

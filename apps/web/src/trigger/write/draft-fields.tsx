import { NativeSelect, TextInput } from '@mantine/core';
import { severityWords } from '../trigger-words.ts';
import type { Draft } from './draft.ts';
import classes from './write.module.css';

interface DraftFieldsProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
}

/** What stands beside the query. */
export function DraftFields({ draft, onChange }: DraftFieldsProps) {
  const set = (over: Partial<Draft>) => onChange({ ...draft, ...over });
  return (
    <div className={classes.fields}>
      <TextInput
        label="Name"
        value={draft.name}
        onChange={({ currentTarget }) => set({ name: currentTarget.value })}
      />
      <NativeSelect
        label="Fires"
        data={[
          { value: 'greater_than', label: '> threshold' },
          { value: 'less_than', label: '< threshold' },
        ]}
        value={draft.comparison}
        onChange={({ currentTarget }) => set({ comparison: currentTarget.value as Draft['comparison'] })}
      />
      <NumberField label="Threshold" value={draft.threshold} onChange={(threshold) => set({ threshold })} />
      <NumberField
        label="For, in seconds"
        value={draft.forDuration}
        onChange={(forDuration) => set({ forDuration })}
      />
      <NativeSelect
        label="Then it"
        data={Object.entries(severityWords).map(([value, label]) => ({ value, label }))}
        value={draft.severity}
        onChange={({ currentTarget }) => set({ severity: currentTarget.value as Draft['severity'] })}
      />
    </div>
  );
}

interface NumberFieldProps {
  label: string;
  value: number;
  onChange: (value: number) => void;
}

function NumberField({ label, value, onChange }: NumberFieldProps) {
  return (
    <TextInput
      label={label}
      type="number"
      step="any"
      // What is half written is no number yet.
      defaultValue={value}
      key={`${label} ${value}`}
      onBlur={({ currentTarget }) => {
        if (Number.isFinite(currentTarget.valueAsNumber)) onChange(currentTarget.valueAsNumber);
        // What counts goes on being what is shown.
        else currentTarget.value = String(value);
      }}
    />
  );
}

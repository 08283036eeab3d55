import { Button, MultiSelect, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { allServices } from '../service/all-services.ts';
import page from '../trigger/write/write.module.css';
import classes from './backtest.module.css';
import { type ChosenTrigger, type Period, periods } from './backtest-request.ts';
import { TriggerChoice } from './trigger-choice.tsx';

export interface BacktestForm {
  chosen: ChosenTrigger;
  services: string[];
  days: Period;
}

interface BacktestFormProps {
  form: BacktestForm;
  onChange: (form: BacktestForm) => void;
  told: Parameters<typeof TriggerChoice>[0]['told'];
  /** Why it cannot be run yet; null where it can. */
  lacks: string | null;
  isRunning: boolean;
  onRun: () => void;
  onCancel: () => void;
}

const mostServices = 50;
/** Options that are shown at once. */
const mostShown = 100;

/** Which trigger, on whose deployments, over which time. */
export function BacktestFormSection(props: BacktestFormProps) {
  const { form, onChange, told, lacks, isRunning, onRun, onCancel } = props;
  const { chosen, services, days } = form;
  const known = useQuery(allServices());
  const [label, why] = [useId(), useId()];
  const keys = known.data?.map(({ key }) => key) ?? services;
  const hidden =
    keys.length > mostShown ? ` ${keys.length} are declared: type a part of a name to find one.` : '';
  return (
    <section className={page.card} aria-labelledby="what">
      <h2 id="what">1. Choose what is tried on what</h2>
      <TriggerChoice
        chosen={chosen}
        onChange={(next) => onChange({ ...form, chosen: next })}
        service={services.length === 1 ? (services[0] ?? null) : null}
        told={told}
      />
      <MultiSelect
        label="Services"
        description={`At most ${mostServices}. None: every service that has a trigger of this name.${hidden}`}
        placeholder={services.length === 0 ? 'Every service that has it' : ''}
        data={keys}
        value={services}
        onChange={(next) => onChange({ ...form, services: next })}
        maxValues={mostServices}
        limit={mostShown}
        searchable
        nothingFoundMessage="No service is called so."
      />
      <div>
        <p id={label} className={page.label}>
          Deployments of the last
        </p>
        <SegmentedControl
          aria-labelledby={label}
          value={String(days)}
          onChange={(value) =>
            onChange({ ...form, days: periods.find((one) => String(one) === value) ?? days })
          }
          data={periods.map((one) => ({ value: String(one), label: `${one} days` }))}
        />
      </div>
      <div className={classes.line}>
        <Button
          h="var(--tap)"
          disabled={lacks !== null}
          aria-describedby={lacks === null ? undefined : why}
          loading={isRunning}
          onClick={onRun}
        >
          Run the backtest
        </Button>
        {lacks !== null && (
          <p id={why} className={classes.why}>
            {lacks}
          </p>
        )}
        {isRunning && (
          <Button h="var(--tap)" variant="default" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
    </section>
  );
}

import { Button, MultiSelect, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { allServices } from '../service/all-services.ts';
import page from '../trigger/write/write.module.css';
import classes from './backtest.module.css';
import { type Period, periods } from './backtest-request.ts';
import { type ChosenTrigger, TriggerChoice } from './trigger-choice.tsx';

export interface BacktestForm {
  chosen: ChosenTrigger;
  services: string[];
  days: Period;
}

interface BacktestFormProps {
  form: BacktestForm;
  onChange: (form: BacktestForm) => void;
  told: Parameters<typeof TriggerChoice>[0]['told'];
  isRunning: boolean;
  onRun: () => void;
  onCancel: () => void;
}

const mostServices = 50;

/** Which trigger, on whose deployments, over which time. */
export function BacktestFormSection({ form, onChange, told, isRunning, onRun, onCancel }: BacktestFormProps) {
  const { chosen, services, days } = form;
  const known = useQuery(allServices());
  const label = useId();
  const isReady = chosen.mode === 'in_force' ? chosen.name !== '' : chosen.text.trim() !== '';
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
        description={`At most ${mostServices}. None: every service that has a trigger of this name.`}
        placeholder={services.length === 0 ? 'Every service that has it' : ''}
        data={known.data?.map(({ key }) => key) ?? services}
        value={services}
        onChange={(next) => onChange({ ...form, services: next })}
        maxValues={mostServices}
        limit={100}
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
        <Button h="var(--tap)" disabled={!isReady} loading={isRunning} onClick={onRun}>
          Run the backtest
        </Button>
        {isRunning && (
          <Button h="var(--tap)" variant="default" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
    </section>
  );
}

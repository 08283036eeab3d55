import { applyService, type ServiceView } from '@lastgood/api-client';
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { Suspense, useMemo } from 'react';
import { CopyButton } from '../shell/copy-text.tsx';
import { lazyPart } from '../shell/lazy-part.tsx';
import { PartLoading } from '../shell/part-note.tsx';
import { Refused } from '../shell/refused.tsx';
import { type Told, toDiagnostics } from '../trigger/write/diagnostics.ts';
import { FindingList } from '../trigger/write/finding-list.tsx';
import classes from './add-service.module.css';
import { inDeclaration, mendedDeclaration, refusalsOf } from './declaration-findings.ts';
import { readDeclaration } from './read-declaration.ts';
import { TrialTable } from './trial-table.tsx';
import { useDeclarationLint, useTrial } from './use-trial.ts';

/** Large, and wanted by nobody who does not write a declaration. */
const { Part: YamlEditor } = lazyPart('the editor', () => import('../editor/yaml-editor.tsx'));

interface DeclarationEditorProps {
  text: string;
  onChange: (text: string) => void;
  onApplied: (view: ServiceView) => void;
}

/** The declaration to be read, changed, tried and applied. */
export function DeclarationEditor({ text, onChange, onApplied }: DeclarationEditorProps) {
  const [settled] = useDebouncedValue(text, 600);
  const read = useMemo(() => readDeclaration(settled), [settled]);
  const trial = useTrial(settled);
  const lint = useDeclarationLint(settled);
  const apply = useMutation({
    mutationFn: (wanted: string) => {
      const now = readDeclaration(wanted);
      if ('fault' in now) throw new Error(now.fault);
      return applyService(now.cluster, now.namespace, now.name, now.input);
    },
    onSuccess: onApplied,
  });
  const fault = 'fault' in read ? read : null;
  const refused = apply.variables === settled ? apply.error : null;
  const failure = fault ? null : (refused ?? (trial.data ? null : trial.error));
  // What is found of a text that is no longer there would be marked at a wrong place.
  const isOfThis = text === settled;
  const found = useMemo(
    () => (isOfThis && !fault ? distinct([...refusalsOf(failure), ...(lint.data?.findings ?? [])]) : []),
    [isOfThis, fault, failure, lint.data],
  );
  const shown = useMemo(
    () => (fault ? [faultTold(fault)] : found.map((one) => inDeclaration(settled, one))),
    [fault, found, settled],
  );
  const marks = useMemo(
    () => (isOfThis ? toDiagnostics(shown, settled.length) : []),
    [isOfThis, shown, settled],
  );
  return (
    <section className={classes.card} aria-labelledby="declaration">
      <h2 id="declaration">2. Look at what it asks</h2>
      <p className={classes.dim}>
        Keep it beside the manifests: <code>lastgood apply -f FILE</code> reads the same.
      </p>
      <Suspense fallback={<PartLoading name="the editor" />}>
        <YamlEditor label="Declaration" text={text} onChange={onChange} marks={marks} />
      </Suspense>
      <div role="status">
        {shown.length > 0 && (
          <FindingList
            findings={shown}
            onFix={(one) => {
              const whole = found[shown.indexOf(one)];
              if (whole) onChange(mendedDeclaration(settled, whole));
            }}
          />
        )}
        {trial.isLoading && <p>Asking the metric source…</p>}
      </div>
      {failure && refusalsOf(failure).length === 0 && <Refused error={failure} />}
      {trial.data && !fault && <TrialTable trial={trial.data} />}
      <div className={classes.buttons}>
        <Button
          h="var(--tap)"
          loading={apply.isPending}
          disabled={fault !== null}
          onClick={() => apply.mutate(text)}
        >
          Apply
        </Button>
        <Button
          h="var(--tap)"
          variant="default"
          loading={trial.isFetching}
          onClick={() => void Promise.all([trial.refetch(), lint.refetch()])}
        >
          Ask again
        </Button>
        <CopyButton text={() => text}>Copy the declaration</CopyButton>
      </div>
    </section>
  );
}

function faultTold({ fault, place }: Extract<ReturnType<typeof readDeclaration>, { fault: string }>): Told {
  return { path: '', code: 'refused', severity: 'error', message: fault, place, fix: null };
}

/** The lint and whoever refuses say the same of some things; with its fix it is worth more. */
function distinct(told: readonly Told[]): Told[] {
  const linted = told.filter(({ code }) => code !== 'refused');
  return [
    ...told.filter((one) => one.code === 'refused' && !linted.some((other) => says(one, other))),
    ...linted,
  ];
}

const says = (one: Told, other: Told): boolean =>
  one.path === other.path && one.severity === other.severity && one.message.includes(other.message);

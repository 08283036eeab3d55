import { applyService, type ServiceView, tryService } from '@lastgood/api-client';
import { Button, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { CopyButton } from '../shell/copy-text.tsx';
import { Refused } from '../shell/refused.tsx';
import classes from './add-service.module.css';
import { readDeclaration } from './read-declaration.ts';
import { TrialTable } from './trial-table.tsx';

interface DeclarationEditorProps {
  text: string;
  onChange: (text: string) => void;
  onApplied: (view: ServiceView) => void;
}

/** The declaration to be read, changed, tried and applied. */
export function DeclarationEditor({ text, onChange, onApplied }: DeclarationEditorProps) {
  const [settled] = useDebouncedValue(text, 600);
  const read = readDeclaration(settled);
  const trial = useTrial(settled);
  const apply = useMutation({
    mutationFn: () => {
      const now = readDeclaration(text);
      if ('fault' in now) throw new Error(now.fault);
      return applyService(now.cluster, now.namespace, now.name, now.input);
    },
    onSuccess: onApplied,
  });
  const failure = apply.error ?? (trial.data ? null : trial.error);
  const fault = 'fault' in read ? read.fault : null;
  return (
    <section className={classes.card} aria-labelledby="declaration">
      <h2 id="declaration">2. Look at what it asks</h2>
      <Textarea
        label="Declaration"
        description="Keep it beside the manifests: lastgood apply -f FILE reads the same."
        classNames={{ input: classes.yaml ?? '' }}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        autosize
        minRows={6}
        maxRows={24}
        spellCheck={false}
        error={fault}
      />
      {failure && !fault && <Refused error={failure} />}
      {trial.data && !fault && <TrialTable trial={trial.data} />}
      {trial.isLoading && <p role="status">Asking the metric source…</p>}
      <div className={classes.buttons}>
        <Button
          h="var(--tap)"
          loading={apply.isPending}
          disabled={fault !== null}
          onClick={() => apply.mutate()}
        >
          Apply
        </Button>
        <Button
          h="var(--tap)"
          variant="default"
          loading={trial.isFetching}
          onClick={() => void trial.refetch()}
        >
          Ask again
        </Button>
        <CopyButton text={() => text}>Copy the declaration</CopyButton>
      </div>
    </section>
  );
}

/** Asked anew when the text changes, and every 15 s: metrics come while one reads. */
function useTrial(text: string) {
  const read = readDeclaration(text);
  return useQuery({
    queryKey: ['service-trial', text],
    queryFn: ({ signal }) => {
      if ('fault' in read) throw new Error(read.fault);
      return tryService(read.cluster, read.namespace, read.name, read.input, undefined, { signal });
    },
    enabled: !('fault' in read),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
    retry: false,
  });
}

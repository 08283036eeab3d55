import type { DeploymentMark, DeploymentMarkInput } from '@lastgood/api-client';
import { useDeploymentView, useMarkDeployment, useUnmarkDeployment } from '@lastgood/api-client/queries';
import { Button, SegmentedControl, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { makeStale } from '../live/stale-keys.ts';
import { showProblem } from '../shell/problem-toast.tsx';
import { Refused } from '../shell/refused.tsx';
import classes from './mark.module.css';
import { markWords } from './mark-words.ts';

interface MarkFormProps {
  deploymentId: string;
  /** Version and service. */
  name: string;
  onDone: () => void;
}

/** The mark that a deployment has, to be taken back or put anew. Asked for once it is opened. */
export function MarkForm(props: MarkFormProps) {
  const { data, error } = useDeploymentView(props.deploymentId);
  if (data) return <KnownMarkForm {...props} mark={data.deployment.mark} />;
  return error ? <Refused error={error} /> : <p role="status">Reading its mark…</p>;
}

type Verdict = DeploymentMarkInput['verdict'];

function KnownMarkForm({
  deploymentId,
  name,
  onDone,
  mark,
}: MarkFormProps & { mark: DeploymentMark | null }) {
  const [verdict, setVerdict] = useState<Verdict>(mark?.verdict ?? 'bad');
  const [note, setNote] = useState(mark?.note ?? '');
  const label = useId();
  const queries = useQueryClient();
  const mutation = {
    onError: showProblem,
    onSuccess: async () => {
      await makeStale(queries, { resource: 'deployment', id: deploymentId });
      onDone();
    },
  };
  const put = useMarkDeployment({ mutation });
  const takeBack = useUnmarkDeployment({ mutation });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        const said = note.trim();
        put.mutate({ id: deploymentId, data: { verdict, ...(said ? { note: said } : {}) } });
      }}
    >
      <p>
        Say what {name} was, for trying triggers on the past. It is no proof: nothing is decided or rolled
        back by it.
      </p>
      {mark && (
        <div className={classes.line}>
          <p>Marked {markWords(mark)}.</p>
          <Button
            variant="default"
            h="var(--tap)"
            loading={takeBack.isPending}
            onClick={() => takeBack.mutate({ id: deploymentId })}
          >
            Undo the mark
          </Button>
        </div>
      )}
      <div>
        <p id={label} className={classes.label}>
          It was
        </p>
        <SegmentedControl
          fullWidth
          aria-labelledby={label}
          value={verdict}
          onChange={setVerdict}
          data={[
            { value: 'bad', label: 'Bad' },
            { value: 'good', label: 'Good' },
          ]}
        />
      </div>
      <Textarea
        label="Note"
        description="Why, for whoever reads it later. May be empty."
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={500}
        autosize
        minRows={2}
      />
      <Button type="submit" h="var(--tap)" loading={put.isPending}>
        Mark it {verdict}
      </Button>
    </form>
  );
}

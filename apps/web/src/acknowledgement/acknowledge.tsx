import type { Standing } from '@lastgood/api-client';
import { useAcknowledgeDeployment, useEndAcknowledgement } from '@lastgood/api-client/queries';
import { Button, Popover, SegmentedControl, Textarea } from '@mantine/core';
import { IconEyeCheck } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { makeStale } from '../live/stale-keys.ts';
import { showProblem } from '../shell/problem-toast.tsx';
import { serverClock } from '../time/server-clock.ts';
import classes from './acknowledge.module.css';
import { type Span, spans, spanWords, untilOf } from './until.ts';

interface AcknowledgeProps {
  deploymentId: string;
  serviceName: string;
  standing: Pick<Standing, 'state'>;
}

/** Takes on what fires, until when, with a note; or takes that back. Nothing where nothing can be taken on. */
export function Acknowledge({ deploymentId, serviceName, standing }: AcknowledgeProps) {
  if (standing.state === 'acknowledged') return <TakeBack deploymentId={deploymentId} name={serviceName} />;
  return standing.state === 'firing' ? <TakeOn deploymentId={deploymentId} name={serviceName} /> : null;
}

interface ActProps {
  deploymentId: string;
  name: string;
}

function TakeBack({ deploymentId, name }: ActProps) {
  const queries = useQueryClient();
  const end = useEndAcknowledgement({
    mutation: {
      onError: showProblem,
      onSuccess: () => makeStale(queries, { resource: 'deployment', id: deploymentId }),
    },
  });
  return (
    <Button
      variant="default"
      h="var(--tap)"
      loading={end.isPending}
      onClick={() => end.mutate({ id: deploymentId })}
      aria-label={`Take back the acknowledgement of ${name}`}
    >
      Take back
    </Button>
  );
}

function TakeOn({ deploymentId, name }: ActProps) {
  const queries = useQueryClient();
  const [opened, setOpened] = useState(false);
  const [span, setSpan] = useState<Span>('half-an-hour');
  const [note, setNote] = useState('');
  const label = useId();
  const now = Date.now() + serverClock.offsetMs();
  const acknowledge = useAcknowledgeDeployment({
    mutation: {
      onError: showProblem,
      onSuccess: async () => {
        setOpened(false);
        await makeStale(queries, { resource: 'deployment', id: deploymentId });
      },
    },
  });
  return (
    <Popover opened={opened} onChange={setOpened} width={340} shadow="md" trapFocus withArrow>
      <Popover.Target>
        <Button
          variant="default"
          h="var(--tap)"
          leftSection={<IconEyeCheck size="1rem" />}
          onClick={() => setOpened(!opened)}
        >
          Acknowledge
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={`Acknowledge ${name}`}>
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            const minutes = Math.max(1, Math.ceil((untilOf(span, now) - now) / 60_000));
            const said = note.trim();
            acknowledge.mutate({ id: deploymentId, data: { minutes, ...(said ? { note: said } : {}) } });
          }}
        >
          <p>
            You take {name} on: it calls nobody else until then. What Lastgood does by itself goes on, and
            what begins to fire anew calls again.
          </p>
          <div>
            <p id={label} className={classes.label}>
              Until
            </p>
            <SegmentedControl
              fullWidth
              aria-labelledby={label}
              value={span}
              onChange={setSpan}
              data={spans.map((one) => ({ value: one, label: spanWords(one, now) }))}
            />
          </div>
          <Textarea
            label="Note"
            description="What is known, or being done. May be empty."
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            maxLength={500}
            autosize
            minRows={2}
            data-autofocus
          />
          <Button type="submit" h="var(--tap)" loading={acknowledge.isPending}>
            Acknowledge {name}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

import type { ListEventsParams, TimelineEvent } from '@lastgood/api-client';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { saveFile } from '../shell/save-file.ts';
import { mostExported, readAll, toCsv, toJsonLines } from './export-events.ts';
import classes from './log.module.css';

interface Form {
  name: string;
  ending: string;
  type: string;
  write(events: readonly TimelineEvent[]): string;
}

const forms: Form[] = [
  { name: 'JSON lines', ending: 'jsonl', type: 'application/x-ndjson', write: toJsonLines },
  { name: 'CSV', ending: 'csv', type: 'text/csv', write: toCsv },
];

/** Saves what the filter lets through, as a file for a report or a spreadsheet. */
export function LogExport({ filter }: { filter: ListEventsParams }) {
  const saving = useMutation({
    mutationFn: async ({ ending, type, write }: Form) => {
      const events = await readAll(filter);
      saveFile(write(events), `lastgood-log.${ending}`, type);
      return events.length;
    },
  });
  return (
    <div className={classes.export}>
      {forms.map((form) => (
        <Button
          key={form.name}
          variant="default"
          h="var(--tap)"
          loading={saving.isPending && saving.variables.name === form.name}
          onClick={() => saving.mutate(form)}
        >
          Save as {form.name}
        </Button>
      ))}
      <span role="status" className={classes.dim}>
        {saving.error && `Not saved: ${saving.error.message}`}
        {saving.data !== undefined && savedWords(saving.data)}
      </span>
    </div>
  );
}

function savedWords(count: number): string {
  if (count >= mostExported)
    return `The newest ${mostExported} events are saved; a shorter time has the others.`;
  return count === 1 ? '1 event is saved.' : `${count} events are saved.`;
}

import type { Run } from '@lastgood/api-client';
import { Button, Textarea } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './reason-editor.module.css';
import { useEditReason } from './use-run-actions.ts';

/** The reason of a run. It is prefilled; nobody had to type before acting, anybody can write it better after. */
export function ReasonEditor({ run }: { run: Run }) {
  const [draft, setDraft] = useState<string | null>(null);
  const edit = useEditReason(run);
  if (draft === null) {
    return (
      <div className={classes.shown}>
        <p>{run.reason}</p>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconPencil size="0.875rem" />}
          onClick={() => setDraft(run.reason)}
        >
          Write it better
        </Button>
      </div>
    );
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        edit.mutate(draft.trim(), { onSuccess: () => setDraft(null) });
      }}
    >
      <Textarea
        aria-label="Reason"
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        maxLength={1000}
        autosize
        minRows={2}
        data-autofocus
      />
      <div className={classes.buttons}>
        <Button type="submit" h="var(--tap)" loading={edit.isPending} disabled={draft.trim() === ''}>
          Save
        </Button>
        <Button variant="default" h="var(--tap)" onClick={() => setDraft(null)}>
          Leave it
        </Button>
      </div>
    </form>
  );
}

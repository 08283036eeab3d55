import type { RunAction } from '@lastgood/api-client';
import { Button, Popover, Textarea } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import classes from './run-actions.module.css';

interface ActionPopoverProps {
  word: string;
  /** The word on the button that does it. */
  confirm: string;
  icon: ReactNode;
  action: Omit<RunAction, 'step'>;
  pending: boolean;
  /** Asks for a reason first. */
  reason?: 'needed';
  onConfirm: (reason: string, done: () => void) => void;
}

/** A button that first says what it will leave behind; where it cannot work it says why instead. */
export function ActionPopover({
  word,
  confirm,
  icon,
  action,
  pending,
  reason,
  onConfirm,
}: ActionPopoverProps) {
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState('');
  const why = useId();
  if (!action.allowed) {
    return (
      <div className={classes.act}>
        <Button
          h="var(--tap)"
          variant="default"
          leftSection={icon}
          aria-disabled
          data-disabled
          aria-describedby={why}
        >
          {word}
        </Button>
        <p id={why}>{action.whyNot}</p>
      </div>
    );
  }
  const close = () => setOpened(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={340}
      position="bottom-start"
      shadow="md"
      trapFocus
      withArrow
      // What asks does not vanish because the page above it grew meanwhile.
      hideDetached={false}
    >
      <Popover.Target>
        <Button h="var(--tap)" variant="default" leftSection={icon} onClick={() => setOpened(!opened)}>
          {word}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={classes.confirm}
          onSubmit={(event) => {
            event.preventDefault();
            onConfirm(text.trim(), close);
          }}
        >
          <p>{action.leavesBehind}</p>
          {reason && (
            <Textarea
              label="Reason"
              description="Kept in the record of this rollback."
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              maxLength={1000}
              autosize
              minRows={2}
              data-autofocus
            />
          )}
          <div className={classes.buttons}>
            <Button
              type="submit"
              h="var(--tap)"
              loading={pending}
              disabled={reason !== undefined && text.trim() === ''}
              data-autofocus={reason ? undefined : true}
            >
              {confirm}
            </Button>
            <Button h="var(--tap)" variant="default" onClick={close}>
              Leave it
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

import { Popover, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import classes from './mark.module.css';
import { MarkForm } from './mark-form.tsx';

interface MarkButtonProps {
  deploymentId: string;
  /** Version and service, for those who listen. */
  name: string;
  /** What is pressed. */
  words: string;
  /** After a mark was put or taken back. */
  onMarked?: () => void;
}

/** Where a person says what a deployment was, and takes that back. */
export function MarkButton({ deploymentId, name, words, onMarked }: MarkButtonProps) {
  const [opened, setOpened] = useState(false);
  const done = () => {
    setOpened(false);
    onMarked?.();
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={320}
      position="bottom-start"
      // What asks does not vanish because the list beneath it is drawn anew meanwhile.
      hideDetached={false}
      shadow="md"
      trapFocus
      returnFocus
      withArrow
    >
      <Popover.Target>
        <UnstyledButton
          className={classes.mark ?? ''}
          aria-haspopup="dialog"
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          {words}
          <VisuallyHidden>: say what {name} was</VisuallyHidden>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={`Mark ${name}`}>
        <MarkForm deploymentId={deploymentId} name={name} onDone={done} />
      </Popover.Dropdown>
    </Popover>
  );
}

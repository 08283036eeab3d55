import { Button, Kbd, VisuallyHidden } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type RefObject, useRef } from 'react';
import classes from './act-bar.module.css';

/** The second click of a double click, or a key held down, must not undo what the first one did. */
const deafMs = 500;

interface UndoButtonProps {
  /** The letter `u` presses it. */
  hasKey: boolean;
  pending: boolean;
  onUndo: () => void;
  ref?: RefObject<HTMLButtonElement | null>;
}

export function UndoButton({ hasKey, pending, onUndo, ref }: UndoButtonProps) {
  const shownAt = useRef(Date.now());
  const press = () => {
    if (Date.now() - shownAt.current >= deafMs && !pending) onUndo();
  };
  useHotkeys(hasKey ? [['u', press]] : []);
  return (
    <Button
      ref={ref}
      className={classes.undo}
      variant="default"
      h="var(--tap)"
      onClick={press}
      onKeyDown={(event) => event.repeat && event.preventDefault()}
      rightSection={hasKey ? <Kbd size="xs">u</Kbd> : undefined}
      // Not `loading`: a disabled button would lose the focus to the body.
      aria-busy={pending}
      aria-keyshortcuts={hasKey ? 'u' : undefined}
    >
      {pending ? 'Undoing' : 'Undo'}
      <VisuallyHidden>: do not roll back</VisuallyHidden>
    </Button>
  );
}

import { Button } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import classes from './filter-bar.module.css';

interface FilterBarProps {
  /** What stands there on a phone, too. */
  first: ReactNode;
  /** Folded on a phone. */
  children: ReactNode;
  /** How many of the folded ones are set. */
  set: number;
  onClear: () => void;
}

/** Conditions side by side; on a phone all but the first fold behind a button that says how many are set. */
export function FilterBar({ first, children, set, onClear }: FilterBarProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <search className={classes.bar}>
      {first}
      <Button
        className={classes.toggle ?? ''}
        variant="default"
        h="var(--tap)"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {set === 0 ? 'Filters' : `Filters (${set} set)`}
      </Button>
      <div id={id} className={classes.rest} data-open={open || undefined}>
        {children}
        {set > 0 && (
          <Button variant="subtle" h="var(--tap)" onClick={onClear}>
            Clear
          </Button>
        )}
      </div>
    </search>
  );
}

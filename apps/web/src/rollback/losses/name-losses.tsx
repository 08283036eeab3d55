import type { Loss } from '@lastgood/api-client';
import { Checkbox } from '@mantine/core';
import { useEffect, useId, useRef } from 'react';
import { MeaningIcon } from '../../meaning/meaning-mark.tsx';
import { pressKeys } from '../press/press-keys.ts';
import classes from './name-losses.module.css';

interface NameLossesProps {
  losses: readonly Loss[];
  named: readonly string[];
  name: (loss: string, isNamed: boolean) => void;
  /** Counts the presses that came before everything was named: each leads to the first that is not. */
  sought: number;
  /** Enter presses, and so does the letter of the button, which is no shortcut while a checkbox has the focus. */
  press: () => void;
  letter: string | null;
}

/** Every loss with its number, to be named before the press: nothing is lost without that. */
export function NameLosses({ losses, named, name, sought, press, letter }: NameLossesProps) {
  const box = useRef<HTMLFieldSetElement>(null);
  const hint = useId();
  useEffect(() => {
    if (sought > 0) box.current?.querySelector<HTMLInputElement>('input:not(:checked)')?.focus();
  }, [sought]);
  return (
    <fieldset ref={box} className={classes.box} aria-describedby={hint} onKeyDown={pressKeys(press, letter)}>
      <legend className={classes.legend}>
        <MeaningIcon meaning="act" /> Lost for good
      </legend>
      <p id={hint} className={classes.hint}>
        Going back loses this, and nothing brings it back. Tick {losses.length === 1 ? 'it' : 'each'} to go
        on, or save it first.
      </p>
      {losses.map((loss) => (
        <Checkbox
          key={loss.name}
          checked={named.includes(loss.name)}
          onChange={(event) => name(loss.name, event.currentTarget.checked)}
          label={sentence(loss.text)}
          description={loss.name}
        />
      ))}
    </fieldset>
  );
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

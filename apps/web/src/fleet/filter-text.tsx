import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import classes from './filter-bar.module.css';

interface FilterTextProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  /** Milliseconds of rest after which what was typed counts. */
  restMs?: number;
  wide?: boolean;
}

/** A condition that is typed: every key shows at once, the list follows when the typing rests. */
export function FilterText({ label, placeholder, value, onChange, restMs = 250, wide }: FilterTextProps) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const tell = useDebouncedCallback((next: string) => {
    told.current = next;
    onChange(next);
  }, restMs);
  useEffect(() => {
    // Somebody else set it: a link, the back button, Clear.
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);
  return (
    <TextInput
      className={wide ? classes.wide : classes.text}
      label={label}
      placeholder={placeholder}
      value={text}
      maxLength={200}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value.trim());
      }}
    />
  );
}

import { NativeSelect } from '@mantine/core';
import classes from './filter-bar.module.css';

interface FilterChoiceProps<Value extends string> {
  label: string;
  value: Value;
  data: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
}

/** A condition out of a few. The platform's own list: quick, and at home under a thumb. */
export function FilterChoice<Value extends string>({
  label,
  value,
  data,
  onChange,
}: FilterChoiceProps<Value>) {
  return (
    <NativeSelect
      className={classes.choice ?? ''}
      label={label}
      value={value}
      data={data.map((one) => ({ ...one }))}
      onChange={(event) => {
        const chosen = data.find((one) => one.value === event.currentTarget.value);
        if (chosen) onChange(chosen.value);
      }}
    />
  );
}

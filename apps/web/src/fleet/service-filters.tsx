import { FilterText } from './filter-text.tsx';

type Values = Record<'team' | 'label' | 'environment', string>;

/** Which services are meant, by what their declarations say of them. */
export function ServiceFilters({ values, set }: { values: Values; set: (next: Partial<Values>) => void }) {
  return (
    <>
      <FilterText
        label="Team"
        placeholder="A part of it"
        value={values.team}
        onChange={(team) => set({ team })}
      />
      <FilterText
        label="Label"
        placeholder="tier=edge"
        value={values.label}
        onChange={(label) => set({ label })}
      />
      <FilterText
        label="Environment"
        placeholder="A part of it"
        value={values.environment}
        onChange={(environment) => set({ environment })}
      />
    </>
  );
}

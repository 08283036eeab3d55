const dayMs = 86_400_000;

/**
 * Epoch milliseconds as `2026-05-01T12:00:00.000Z`, for years from 0 to 9999. The calendar is reckoned here, because `domain`
 * has no clock: https://howardhinnant.github.io/date_algorithms.html#civil_from_days
 */
export function isoInstant(at: number): string {
  const days = Math.floor(at / dayMs);
  const ofDay = Math.floor(at - days * dayMs);
  // Eras of 400 years, whose year begins in March so that the leap day is its last.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const [h, m, s] = [
    Math.floor(ofDay / 3_600_000),
    Math.floor(ofDay / 60_000) % 60,
    Math.floor(ofDay / 1000) % 60,
  ];
  const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  return `${date}T${padded(h, 2)}:${padded(m, 2)}:${padded(s, 2)}.${padded(ofDay % 1000, 3)}Z`;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

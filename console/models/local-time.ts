/** Instants as `datetime-local` fields hold them: minutes of the agent's own time zone. */

const two = (value: number) => String(value).padStart(2, '0');

/** @returns such as `2026-11-21T14:05`; seconds are cut off. */
export function toLocalField(at: number): string {
  const date = new Date(at);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** @returns milliseconds since the epoch; nothing for what is not a whole field. */
export function fromLocalField(value: string): number | undefined {
  const [, year, month, day, hour, minute] =
    /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?$/.exec(value) ?? [];
  if (!minute) return undefined;
  const at = new Date(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  return Math.max(0, at.getTime());
}

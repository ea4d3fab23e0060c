/** Two kinds of drawing, as SVG text. Names and units are the bench's own words. */

export interface Chart {
  title: string;
  svg: string;
}

export interface Bar {
  name: string;
  value: number;
  color: string;
}

const WIDTH = 480;
const ROW = 30;
const NAMES_WIDTH = 150;
const VALUES_WIDTH = 80;

const shown = (value: number) =>
  value.toLocaleString('en-GB', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });

export function bars(title: string, unit: string, given: readonly Bar[]): Chart {
  const most = Math.max(...given.map(({ value }) => value), Number.MIN_VALUE);
  const height = given.length * ROW;
  const rows = given.map(({ name, value, color }, index) => {
    const width = Math.max(1, (value / most) * (WIDTH - NAMES_WIDTH - VALUES_WIDTH));
    const y = index * ROW;
    return (
      `<text x="${NAMES_WIDTH - 8}" y="${y + 19}" text-anchor="end">${name}</text>` +
      `<rect x="${NAMES_WIDTH}" y="${y + 5}" width="${width.toFixed(1)}" height="20" fill="${color}"/>` +
      `<text x="${(NAMES_WIDTH + width + 6).toFixed(1)}" y="${y + 19}">${shown(value)} ${unit}</text>`
    );
  });
  return { title, svg: svgOf(height, title, rows.join('')) };
}

export interface Line {
  name: string;
  color: string;
  points: readonly (readonly [x: number, y: number])[];
}

const PLOT = { height: 200, left: 60, top: 10, bottom: 60 };

export function lines(title: string, unit: string, given: readonly Line[]): Chart {
  const points = given.flatMap((line) => line.points);
  const mostX = Math.max(...points.map(([x]) => x), 1);
  const mostY = Math.max(...points.map(([, y]) => y), 1);
  const toX = (x: number) => PLOT.left + (x / mostX) * (WIDTH - PLOT.left - 10);
  const toY = (y: number) => PLOT.top + (1 - y / mostY) * PLOT.height;
  const drawn = given.map(({ name, color, points: own }, index) => {
    const path = own.map(([x, y]) => `${toX(x).toFixed(1)},${toY(y).toFixed(1)}`).join(' ');
    const y = PLOT.top + PLOT.height + 20 + index * 20;
    return (
      `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>` +
      `<rect x="${PLOT.left}" y="${y - 10}" width="12" height="12" fill="${color}"/>` +
      `<text x="${PLOT.left + 18}" y="${y}">${name}</text>`
    );
  });
  const axis =
    `<text x="${PLOT.left - 6}" y="${PLOT.top + 10}" text-anchor="end">${shown(mostY)} ${unit}</text>` +
    `<text x="${PLOT.left - 6}" y="${PLOT.top + PLOT.height}" text-anchor="end">0</text>` +
    `<path d="M${PLOT.left} ${PLOT.top}v${PLOT.height}h${WIDTH - PLOT.left - 10}" fill="none" stroke="#8a94a6"/>`;
  return {
    title,
    svg: svgOf(PLOT.top + PLOT.height + PLOT.bottom, title, axis + drawn.join('')),
  };
}

const svgOf = (height: number, title: string, content: string) =>
  `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}" font-size="13" font-family="inherit">${content}</svg>`;

/** What the shop sells. A slug is also the name of the product's picture in `public/products/`. */

export type Product = {
  readonly slug: string;
  readonly name: string;
  readonly priceMinor: number;
  /** One line under the name. */
  readonly tagline: string;
  readonly description: string;
  /** What the picture shows, for those who do not see it. */
  readonly picture: string;
  readonly details: readonly (readonly [term: string, value: string])[];
};

export const products: readonly Product[] = [
  {
    slug: 'rope-doormat',
    name: 'Bosun’s Doormat',
    priceMinor: 4900,
    tagline: 'Plaited from mooring line',
    description:
      'Five rings of three-strand manila, stitched by hand with tarred twine. It takes the mud off sea boots and asks for nothing but a shake over the rail.',
    picture: 'Oblong doormat of coiled natural rope with two navy rings',
    details: [
      ['Material', 'Manila rope, waxed twine'],
      ['Size', '75 × 45 cm, 2 cm thick'],
      ['Care', 'Shake, brush, dry in the sun'],
      ['Made in', 'Douarnenez, France'],
    ],
  },
  {
    slug: 'brass-lantern',
    name: 'Anchor Lantern',
    priceMinor: 8900,
    tagline: 'A steady light, seen all round',
    description:
      'A riding light in spun brass with a blown-glass globe. Burns lamp oil for twenty hours, or takes the small bulb that comes in the box.',
    picture: 'Brass ship’s lantern with a glowing glass globe',
    details: [
      ['Material', 'Brass, borosilicate glass'],
      ['Size', '16 × 31 cm'],
      ['Care', 'Polish, or let it go brown'],
      ['Made in', 'Enkhuizen, Netherlands'],
    ],
  },
  {
    slug: 'enamel-mug',
    name: 'Middle Watch Mug',
    priceMinor: 1900,
    tagline: 'For tea at four in the morning',
    description:
      'Two coats of enamel on heavy steel with a rolled navy rim. It holds a proper measure, bounces when it is dropped, and goes straight on the stove.',
    picture: 'Cream enamel mug with a navy rim and a small anchor',
    details: [
      ['Material', 'Enamelled steel'],
      ['Holds', '400 ml'],
      ['Care', 'Dishwasher, stove; no microwave'],
      ['Made in', 'Olkusz, Poland'],
    ],
  },
  {
    slug: 'watch-cap',
    name: 'Wool Watch Cap',
    priceMinor: 3400,
    tagline: 'Warm when wet, quiet in wind',
    description:
      'Ribbed merino from one flock, knitted in the round so that there is no seam to itch. The deep cuff folds down over cold ears.',
    picture: 'Ribbed navy wool cap with a folded cuff and a leather label',
    details: [
      ['Material', 'Merino wool, undyed lining'],
      ['Size', 'One size, 54–62 cm'],
      ['Care', 'Wash by hand, dry flat'],
      ['Made in', 'Donegal, Ireland'],
    ],
  },
  {
    slug: 'canvas-tote',
    name: 'Sailmaker’s Tote',
    priceMinor: 5900,
    tagline: 'Number four canvas, rope handles',
    description:
      'Cut from the same cotton duck as working sails, with a waterproof foot and handles spliced, not sewn. Stands up by itself while you look for your keys.',
    picture: 'Natural canvas tote bag with a navy base and rope handles',
    details: [
      ['Material', 'Cotton duck 600 g/m², hemp rope'],
      ['Size', '42 × 36 × 18 cm'],
      ['Care', 'Sponge and air'],
      ['Made in', 'Lübeck, Germany'],
    ],
  },
  {
    slug: 'tide-clock',
    name: 'Tide Clock',
    priceMinor: 12900,
    tagline: 'One hand, two tides a day',
    description:
      'Its single hand goes round in twelve hours and twenty-five minutes: high water at the top, low water at the foot. Set it once at your own harbour.',
    picture: 'Round brass wall clock with one red hand and waves on the dial',
    details: [
      ['Material', 'Brass, mineral glass'],
      ['Size', 'Ø 21 cm'],
      ['Runs on', 'One AA cell, about two years'],
      ['Made in', 'Glashütte, Germany'],
    ],
  },
  {
    slug: 'ships-bell',
    name: 'Galley Bell',
    priceMinor: 7400,
    tagline: 'Supper, heard at the end of the pier',
    description:
      'Sand-cast bell bronze with a hand-tied lanyard. Hang it by the door, in the garden or, should you have one, in the galley.',
    picture: 'Bronze bell on a bracket with a red and white rope lanyard',
    details: [
      ['Material', 'Bell bronze, cotton lanyard'],
      ['Size', 'Ø 15 cm, 1.9 kg'],
      ['Care', 'None; salt air improves it'],
      ['Made in', 'Agnone, Italy'],
    ],
  },
  {
    slug: 'harbour-blanket',
    name: 'Harbour Blanket',
    priceMinor: 11800,
    tagline: 'Striped like the old signal flags',
    description:
      'A heavy twill of new wool, fulled until wind gives up. For the sofa, the cockpit, or whoever stayed out too long watching the boats.',
    picture: 'Stack of folded wool blankets with navy, red and cream stripes',
    details: [
      ['Material', 'New wool 520 g/m²'],
      ['Size', '140 × 190 cm'],
      ['Care', 'Air it; dry-clean at most'],
      ['Made in', 'Røros, Norway'],
    ],
  },
];

const bySlug = new Map(products.map((product) => [product.slug, product]));

export function findProduct(slug: string): Product | undefined {
  return bySlug.get(slug);
}

/** The products shown beside one, starting after it so that every page shows others. */
export function productsBeside(product: Product, count: number): Product[] {
  const start = products.indexOf(product) + 1;
  return [...products.slice(start), ...products.slice(0, start - 1)].slice(0, count);
}

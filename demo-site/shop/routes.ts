/** The shop's addresses. A route reads the request, changes the cart if asked, and shows a page. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  addToCart,
  type Cart,
  countItems,
  parseCart,
  parseQuantity,
  setQuantity,
  toCartCookie,
} from './cart.ts';
import { findProduct, type Product } from './catalog.ts';
import { addDrillRoutes, type DrillOptions } from './drill-routes.ts';
import { createEmbed, type EmbedOptions } from './embed.ts';
import { addCheckoutSink, addFormParser, readField } from './forms.ts';
import { cartPage } from './pages/cart.ts';
import { checkoutPage } from './pages/checkout.ts';
import { homePage } from './pages/home.ts';
import { layout, type View } from './pages/layout.ts';
import { errorPage, notFoundPage, thankYouPage } from './pages/notices.ts';
import { productPage } from './pages/product.ts';
import { aboutPage, deliveryPage } from './pages/texts.ts';

export type RouteOptions = {
  readonly embed: EmbedOptions;
  readonly browserScript: string;
  readonly drill?: DrillOptions & { readonly browserScript: string };
};

const SEE_OTHER = 303;

export async function addRoutes(app: FastifyInstance, options: RouteOptions): Promise<void> {
  const show = (request: FastifyRequest, reply: FastifyReply, view: View, status = 200) =>
    sendPage(request, reply, view, status, options);

  app.setNotFoundHandler((request, reply) => show(request, reply, notFoundPage(), 404));
  app.setErrorHandler((error: { statusCode?: number }, request, reply) =>
    show(request, reply, errorPage(), error.statusCode ?? 500),
  );

  app.get('/', (request, reply) => show(request, reply, homePage()));
  app.get('/about', (request, reply) => show(request, reply, aboutPage()));
  app.get('/delivery', (request, reply) => show(request, reply, deliveryPage()));
  app.get('/cart', (request, reply) => show(request, reply, cartPage(cartOf(request))));
  app.get('/checkout', (request, reply) => show(request, reply, checkoutPage(cartOf(request))));
  app.get('/thank-you', (request, reply) => show(request, reply, thankYouPage()));

  app.get<{ Params: { slug: string } }>('/products/:slug', (request, reply) => {
    const product = findProduct(request.params.slug);
    if (product === undefined) return show(request, reply, notFoundPage(), 404);
    return show(request, reply, productPage(product));
  });

  app.get('/shop.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(options.browserScript),
  );

  if (options.drill) addDrillRoutes(app, options.drill, show, options.drill.browserScript);

  addFormParser(app);
  app.post('/cart/add', (request, reply) => changeCart(request, reply, addToCart));
  app.post('/cart/set', (request, reply) => changeCart(request, reply, setQuantity));
  app.post('/cart/remove', (request, reply) => changeCart(request, reply, setQuantity, 0));

  await app.register(async (checkout) => {
    addCheckoutSink(checkout);
    checkout.post('/checkout', (_request, reply) =>
      reply.header('set-cookie', toCartCookie([])).redirect('/thank-you', SEE_OTHER),
    );
  });
}

function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  view: View,
  status: number,
  options: RouteOptions,
): FastifyReply {
  const [path = '', query] = request.url.split('?', 2);
  const embed = createEmbed(options.embed, path);
  if (embed.cspHeader !== undefined) reply.header('content-security-policy', embed.cspHeader);
  const markup = layout(view, {
    direction: new URLSearchParams(query).get('dir') === 'rtl' ? 'rtl' : 'ltr',
    path,
    cartCount: countItems(cartOf(request)),
    embed,
    hasDrill: options.drill !== undefined,
  });
  return (
    reply
      .code(status)
      // Not `no-store`: that would keep the pages out of the back/forward cache.
      .headers({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
      .type('text/html; charset=utf-8')
      .send(markup.toString())
  );
}

/** Applies one change to the line that the form names; a form that makes no sense changes nothing. */
function changeCart(
  request: FastifyRequest,
  reply: FastifyReply,
  change: (cart: Cart, product: Product, quantity: number) => Cart,
  quantity: number | undefined = parseQuantity(readField(request.body, 'quantity')),
): FastifyReply {
  const product = findProduct(readField(request.body, 'slug'));
  if (product !== undefined && quantity !== undefined) {
    reply.header('set-cookie', toCartCookie(change(cartOf(request), product, quantity)));
  }
  return reply.redirect('/cart', SEE_OTHER);
}

function cartOf(request: FastifyRequest): Cart {
  return parseCart(request.headers.cookie);
}

/**
 * The version of everything on the wire: sockets, HTTP bodies and the port between loader and frame.
 * A peer that speaks another version is refused with `protocol_unsupported` [VER-1].
 */
export const PROTOCOL_VERSION = 1;

#pragma once

namespace quadrille::crypto {

// libsodium asks to be initialised once before anything else; every entry point that needs it calls this (cheap, safe
// from several threads).
void make_ready();

}  // namespace quadrille::crypto

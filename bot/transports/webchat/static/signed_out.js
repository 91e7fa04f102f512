// A link followed from another site arrives without the strict cookie; from here, on the same site, it is sent.
const answer = await fetch("/api/boot").catch(() => null);
if (answer?.ok) location.replace(document.querySelector('meta[name="back"]').content);

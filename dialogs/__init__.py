"""The guided-form engine, regulation packs, deadline arithmetic and papers. Pure: values in, values out."""

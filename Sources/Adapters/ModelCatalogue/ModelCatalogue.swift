// ModelCatalogue
